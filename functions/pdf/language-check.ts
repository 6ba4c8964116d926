import Handlebars from 'handlebars'
import type { TemplateProblem, TemplateProblemCode } from '../contract/template-check.ts'
import { type StandardVariable, standardVariables, templateHelpers } from '../contract/template-language.ts'
import { argumentProblem } from './helper-arguments.ts'
import { MarkupPosition } from './markup-position.ts'
import type { TemplateParts } from './template-helpers.ts'
import { findNear, templateProblem } from './template-problem.ts'

/** Tells what a template uses, what it cannot do without, what it puts out as it is, and what is wrong with it. */
export interface LanguageFindings {
  problems: TemplateProblem[]
  variables: string[]
  required: string[]
  shown: string[]
  usesBarcode: boolean
}

/** Walks a parsed template and tells what it uses and what is wrong with its mustaches. */
export function checkLanguage(program: hbs.AST.Program, parts: TemplateParts = {}): LanguageFindings {
  const check = new LanguageCheck(parts)
  check.accept(program)
  return {
    problems: check.problems,
    variables: [...check.variables],
    required: [...new Set([...check.required].flatMap(writtenFrom))].filter((name) => !givenByService.has(name)),
    shown: [...check.shown],
    usesBarcode: check.usesBarcode,
  }
}

const standards: Readonly<Record<string, StandardVariable>> = standardVariables
const standardNames = Object.keys(standards)
const givenByService = new Set(Object.entries(standards).flatMap(([name, { given }]) => (given === 'always' ? [name] : [])))

/** Names what has to be known for a variable that the service writes out; any other stands for itself. */
function writtenFrom(name: string): readonly string[] {
  return (Object.hasOwn(standards, name) && standards[name]?.writtenFrom) || [name]
}

const helperNames = Object.keys(templateHelpers)
const isBlock: Readonly<Record<string, boolean>> = Object.fromEntries(
  Object.entries(templateHelpers).map(([name, { block }]) => [name, block]),
)

const quoteIt = 'write attribute="{{…}}"'
const unsafePlaces: Record<string, [message: string, advice?: string]> = {
  tagName: ['stands where the name of a tag is'],
  tag: ['stands inside a tag, outside of any attribute value'],
  attributeName: ['stands in the name of an attribute'],
  value: ['stands in an attribute without quotes', quoteIt],
  unquoted: ['stands in an attribute without quotes', quoteIt],
}

class LanguageCheck extends Handlebars.Visitor {
  readonly problems: TemplateProblem[] = []
  readonly variables = new Set<string>()
  readonly required = new Set<string>()
  readonly shown = new Set<string>()
  usesBarcode = false
  readonly #parts: TemplateParts
  readonly #position = new MarkupPosition()
  /** How many blocks stand around: what is shown on a condition only is not required. */
  #conditions = 0
  /** How many `each` and `with` blocks, whose values are not the template's own variables, stand around. */
  #depth = 0
  readonly #blockParams: string[] = []

  constructor(parts: TemplateParts) {
    super()
    this.#parts = parts
  }

  override ContentStatement(content: hbs.AST.ContentStatement): void {
    this.#position.read(content.value)
  }

  override MustacheStatement(mustache: hbs.AST.MustacheStatement): void {
    if (!mustache.escaped) this.#report('RAW_OUTPUT', mustache, ['puts out text unescaped', 'write {{…}} with two braces'])
    this.#checkPlace(mustache)
    this.#position.skip()
    const path = asPath(mustache.path)
    const name = path?.original ?? ''
    if (path && !path.data && isBlock[name] === true)
      this.#report('HELPER_ARGUMENTS', mustache, [`needs a block: {{#${name} …}}`])
    else if (path && !path.data && isBlock[name] === false) this.#checkCall(mustache, name)
    else if (!path || mustache.params.length > 0 || mustache.hash) this.#reportHelper(mustache, path?.original)
    else this.#use(path, true)
  }

  override BlockStatement(block: hbs.AST.BlockStatement): void {
    const name = block.path.original
    const subject = asPath(block.params[0])
    const wrong = argumentProblem(name, block, this.#parts)
    if (!isBlock[name]) this.#reportHelper(block, name)
    else if (wrong || !subject) this.#report('HELPER_ARGUMENTS', block, [wrong?.message ?? `#${name} takes a variable first`])
    else {
      for (const param of block.params.slice(1)) if (isPath(param)) this.#use(param)
      this.#enter(block, this.#rootVariable(subject))
    }
  }

  #enter(block: hbs.AST.BlockStatement, variable: string | undefined): void {
    const name = block.path.original
    const [whenThere, otherwise] = name === 'unless' ? [block.inverse, block.program] : [block.program, block.inverse]
    const params = whenThere?.blockParams ?? []
    const levels = name === 'each' || name === 'with' ? 1 : 0
    this.#depth += levels
    this.#blockParams.push(...params)
    if (variable) this.#note(variable, block)
    this.#conditions++
    if (whenThere) this.accept(whenThere)
    this.#blockParams.length -= params.length
    this.#depth -= levels
    if (otherwise) this.accept(otherwise)
    this.#conditions--
  }

  override PartialStatement(partial: hbs.AST.PartialStatement): void {
    this.#report('UNKNOWN_HELPER', partial, ['partials are not available'])
  }

  override PartialBlockStatement(partial: hbs.AST.PartialBlockStatement): void {
    this.#report('UNKNOWN_HELPER', partial, ['partials are not available'])
  }

  override Decorator(decorator: hbs.AST.Decorator): void {
    this.#report('UNKNOWN_HELPER', decorator, ['decorators are not available'])
  }

  override DecoratorBlock(decorator: hbs.AST.DecoratorBlock): void {
    this.#report('UNKNOWN_HELPER', decorator, ['decorators are not available'])
  }

  #checkCall(call: hbs.AST.MustacheStatement, name: string): void {
    const wrong = argumentProblem(name, call, this.#parts)
    if (wrong) this.#report(wrong.code, call, wrong.advice ? [wrong.message, wrong.advice] : [wrong.message])
    if (name === 'barcode') this.usesBarcode = true
    for (const value of [...call.params, ...(call.hash?.pairs ?? []).map((pair) => pair.value)])
      if (isPath(value)) this.#use(value)
  }

  #checkPlace(mustache: hbs.AST.MustacheStatement): void {
    const { state, rawElement, attribute } = this.#position
    const unsafe = unsafePlaces[state]
    if (unsafe) this.#report('UNSAFE_PLACE', mustache, unsafe)
    if (rawElement === 'script') this.#report('UNSAFE_PLACE', mustache, ['stands in a script; scripts never run in a ticket'])
    if (attribute === 'srcdoc') this.#report('UNSAFE_PLACE', mustache, ['stands in srcdoc, where text becomes markup'])
    if (rawElement === 'style' && asPath(mustache.path)?.original !== 'asset')
      this.#report('UNSAFE_PLACE', mustache, [
        'stands in a style sheet, where escaping does not protect',
        'set it where it is used: style="--name: {{…}}"',
      ])
  }

  #use(path: hbs.AST.PathExpression, isShown = false): void {
    const variable = this.#rootVariable(path)
    if (!variable) return
    this.#note(variable, path)
    if (isShown && this.#position.state === 'text' && !this.#position.rawElement) this.shown.add(variable)
    if (this.#conditions === 0) this.required.add(variable)
  }

  #note(variable: string, node: hbs.AST.Node): void {
    const meant = standardNames.includes(variable) || this.variables.has(variable) ? undefined : findNear(variable, standardNames)
    if (meant)
      this.#report('UNKNOWN_VARIABLE', node, [
        `${variable} is no standard variable; did you mean ${meant}?`,
        'leave it if your guests’ data has it',
      ])
    this.variables.add(variable)
  }

  /** Names the template's own variable that a path begins with, if it is one: not an item's, a block's or `@index`. */
  #rootVariable(path: hbs.AST.PathExpression): string | undefined {
    const [first, second] = path.parts
    if (path.data) return first === 'root' ? second : undefined
    const ofBlock = path.depth === 0 && first !== undefined && this.#blockParams.includes(first)
    return path.depth === this.#depth && !ofBlock ? first : undefined
  }

  #reportHelper(node: hbs.AST.Node, name: string | undefined): void {
    const known = helperNames.map((each) => (isBlock[each] ? `#${each}` : each)).join(', ')
    const meant = name && findNear(name, [...helperNames, ...standardNames])
    this.#report('UNKNOWN_HELPER', node, [
      `${name ?? 'this'} is not a helper${meant ? `; did you mean ${meant}?` : ''}`,
      `there are ${known}`,
    ])
  }

  #report(code: TemplateProblemCode, node: hbs.AST.Node, what: [message: string, advice?: string]): void {
    const { line, column } = node.loc.start
    this.problems.push(templateProblem(code, { line, column: column + 1 }, what))
  }
}

function asPath(node: hbs.AST.Node | undefined): hbs.AST.PathExpression | undefined {
  return isPath(node) ? node : undefined
}

function isPath(node: hbs.AST.Node | undefined): node is hbs.AST.PathExpression {
  return node?.type === 'PathExpression'
}
