import Handlebars from 'handlebars'
import type { FieldProblem } from '../contract/errors.ts'
import { MarkupPosition } from './markup-position.ts'

/** Tells what a template uses, what it cannot do without, and what is wrong with it. */
export interface TemplateFindings {
  problems: FieldProblem[]
  variables: string[]
  required: string[]
}

/** Names the block helpers that templates may use. */
export const knownHelpers: ReadonlySet<string> = new Set(['if', 'unless', 'each', 'with'])

/** Walks a parsed template and tells what it uses and what is wrong with it. */
export function checkTemplate(program: hbs.AST.Program): TemplateFindings {
  const check = new TemplateCheck()
  check.accept(program)
  return {
    problems: check.problems,
    variables: [...check.variables],
    required: [...check.required].filter((name) => !givenByService.has(name)),
  }
}

const givenByService = new Set(['qrCode', 'qrCodeUrl', 'ticketCode', 'generatedAt'])

const unsafePlaces: Record<string, string> = {
  tagName: 'stands where the name of a tag is',
  tag: 'stands inside a tag, outside of any attribute value',
  attributeName: 'stands in the name of an attribute',
  value: 'stands in an attribute without quotes; write attribute="{{…}}"',
  unquoted: 'stands in an attribute without quotes; write attribute="{{…}}"',
}

class TemplateCheck extends Handlebars.Visitor {
  readonly problems: FieldProblem[] = []
  readonly variables = new Set<string>()
  readonly required = new Set<string>()
  readonly #position = new MarkupPosition()
  /** The variables known to be there, innermost last. */
  readonly #guards: string[] = []
  /** How many `each` and `with` blocks, whose values are not the template's own variables, stand around. */
  #depth = 0
  readonly #blockParams: string[] = []

  override ContentStatement(content: hbs.AST.ContentStatement): void {
    this.#position.read(content.value)
  }

  override MustacheStatement(mustache: hbs.AST.MustacheStatement): void {
    if (!mustache.escaped) this.#report(mustache, 'puts out text unescaped; write {{…}} with two braces')
    this.#checkPlace(mustache)
    this.#position.skip()
    const path = asPath(mustache.path)
    if (!path || mustache.params.length > 0 || mustache.hash) this.#reportHelper(mustache, path?.original)
    else if (!path.data && knownHelpers.has(path.original)) this.#report(mustache, `needs a block: {{#${path.original} …}}`)
    else this.#use(path)
  }

  override BlockStatement(block: hbs.AST.BlockStatement): void {
    const name = block.path.original
    const subject = asPath(block.params[0])
    if (!knownHelpers.has(name)) this.#reportHelper(block, name)
    else if (block.params.length !== 1 || block.hash || !subject) this.#report(block, `#${name} takes exactly one variable`)
    else this.#enter(block, this.#rootVariable(subject))
  }

  #enter(block: hbs.AST.BlockStatement, variable: string | undefined): void {
    const name = block.path.original
    const [whenThere, otherwise] = name === 'unless' ? [block.inverse, block.program] : [block.program, block.inverse]
    const params = whenThere?.blockParams ?? []
    const levels = name === 'each' || name === 'with' ? 1 : 0
    this.#depth += levels
    this.#blockParams.push(...params)
    if (variable) {
      this.variables.add(variable)
      this.#guards.push(variable)
    }
    if (whenThere) this.accept(whenThere)
    if (variable) this.#guards.pop()
    this.#blockParams.length -= params.length
    this.#depth -= levels
    if (otherwise) this.accept(otherwise)
  }

  override PartialStatement(partial: hbs.AST.PartialStatement): void {
    this.#report(partial, 'partials are not available')
  }

  override PartialBlockStatement(partial: hbs.AST.PartialBlockStatement): void {
    this.#report(partial, 'partials are not available')
  }

  override Decorator(decorator: hbs.AST.Decorator): void {
    this.#report(decorator, 'decorators are not available')
  }

  override DecoratorBlock(decorator: hbs.AST.DecoratorBlock): void {
    this.#report(decorator, 'decorators are not available')
  }

  #checkPlace(mustache: hbs.AST.MustacheStatement): void {
    const unsafe = unsafePlaces[this.#position.state]
    if (unsafe) this.#report(mustache, unsafe)
    if (this.#position.rawElement === 'script') this.#report(mustache, 'stands in a script; scripts never run in a ticket')
    if (this.#position.attribute === 'srcdoc') this.#report(mustache, 'stands in srcdoc, where text becomes markup')
  }

  #use(path: hbs.AST.PathExpression): void {
    const variable = this.#rootVariable(path)
    if (!variable) return
    this.variables.add(variable)
    if (!this.#guards.includes(variable)) this.required.add(variable)
  }

  /** Names the template's own variable that a path begins with, if it is one: not an item's, a block's or `@index`. */
  #rootVariable(path: hbs.AST.PathExpression): string | undefined {
    const [first, second] = path.parts
    if (path.data) return first === 'root' ? second : undefined
    const ofBlock = path.depth === 0 && first !== undefined && this.#blockParams.includes(first)
    return path.depth === this.#depth && !ofBlock ? first : undefined
  }

  #reportHelper(node: hbs.AST.Node, name: string | undefined): void {
    this.#report(node, `${name ?? 'this'} is not a helper; there are #${[...knownHelpers].join(', #')}`)
  }

  #report(node: hbs.AST.Node, problem: string): void {
    const { line, column } = node.loc.start
    this.problems.push({ path: `line ${line}, column ${column + 1}`, problem })
  }
}

function asPath(node: hbs.AST.Node | undefined): hbs.AST.PathExpression | undefined {
  return isPath(node) ? node : undefined
}

function isPath(node: hbs.AST.Node | undefined): node is hbs.AST.PathExpression {
  return node?.type === 'PathExpression'
}
