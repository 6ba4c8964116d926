import Handlebars from 'handlebars'
import type { TemplateProblem, TemplateProblemCode } from '../../../contract/template-check.ts'
import { type StandardVariable, standardVariables, templateHelpers } from '../../../contract/template-language.ts'
import type { TemplateParts } from '../../helpers/helpers.ts'
import { short } from '../source/addresses.ts'
import type { SourceMarkup } from '../source/source-markup.ts'
import type { MarkupContext, MarkupState } from '../source/source-tag.ts'
import { findNear, templateProblem } from '../source/template-problem.ts'
import { argumentProblem } from './helper-arguments.ts'

/** Tells what a template uses, what it cannot do without, what it puts out as it is, and what is wrong with it. */
export interface LanguageFindings {
  problems: TemplateProblem[]
  variables: string[]
  required: string[]
  shown: string[]
  usesBarcode: boolean
}

/** Walks a parsed template and tells what it uses and what is wrong with its mustaches. */
export function checkLanguage(program: hbs.AST.Program, markup: SourceMarkup, parts: TemplateParts = {}): LanguageFindings {
  const check = new LanguageCheck(markup, parts)
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

/** What every registered event has. */
const certain = new Set(['eventName', 'eventDate', 'startsAt', 'timezone', 'location'])

/** Tells whether to ask for a variable is to choose between two ways to say the same, and no condition: an event has its day in one way or another. */
function isAlternative(name: string): boolean {
  return certain.has(name) || !writtenFrom(name).includes(name)
}

const helperNames = Object.keys(templateHelpers)
const isBlock: ReadonlyMap<string, boolean> = new Map(Object.entries(templateHelpers).map(([name, { block }]) => [name, block]))

const quoteIt = 'write attribute="{{…}}"'
const unsafePlaces: Partial<Record<MarkupState, [message: string, advice?: string]>> = {
  tagName: ['stands where the name of a tag is'],
  tag: ['stands inside a tag, outside of any attribute value'],
  attributeName: ['stands in the name of an attribute'],
  value: ['stands in an attribute without quotes', quoteIt],
}

class LanguageCheck extends Handlebars.Visitor {
  readonly problems: TemplateProblem[] = []
  readonly variables = new Set<string>()
  readonly required = new Set<string>()
  readonly shown = new Set<string>()
  usesBarcode = false
  readonly #markup: SourceMarkup
  readonly #parts: TemplateParts
  /** How many blocks stand around that make what is in them depend on a condition: such variables are not required. */
  #conditions = 0
  /** The text right before, blanks that a mustache takes away not counted. */
  #before = ''
  /** How often each variable is known to be there, by the blocks around. */
  readonly #guards = new Map<string, number>()
  /** How many `each` and `with` blocks, whose values are not the template's own variables, stand around. */
  #depth = 0
  /** How many blocks around give each name to a value. */
  readonly #blockParams = new Map<string, number>()

  constructor(markup: SourceMarkup, parts: TemplateParts) {
    super()
    this.#markup = markup
    this.#parts = parts
  }

  override ContentStatement(content: hbs.AST.ContentStatement): void {
    this.#before = content.value || this.#before
  }

  override MustacheStatement(mustache: hbs.AST.MustacheStatement): void {
    if (!mustache.escaped) this.#report('RAW_OUTPUT', mustache, ['puts out text unescaped', 'write {{…}} with two braces'])
    const context = this.#contextOf(mustache)
    this.#checkPlace(mustache, context)
    this.#before = ''
    const path = asPath(mustache.path)
    const name = path?.original ?? ''
    if (path && !path.data && isBlock.get(name) === true)
      this.#report('HELPER_ARGUMENTS', mustache, [`needs a block: {{#${name} …}}`])
    else if (path && !path.data && isBlock.get(name) === false) this.#checkCall(mustache, name)
    else if (!path || mustache.params.length > 0 || mustache.hash) this.#reportHelper(mustache, path?.original)
    else this.#use(path, context.state === 'text' && !context.rawElement)
  }

  override BlockStatement(block: hbs.AST.BlockStatement): void {
    const name = String(block.path.original)
    const subject = asPath(block.params[0])
    const wrong = argumentProblem(name, block, this.#parts)
    if (!isBlock.get(name)) this.#reportHelper(block, name)
    else if (wrong || !subject) this.#report('HELPER_ARGUMENTS', block, [wrong?.message ?? `#${name} takes a variable first`])
    else {
      for (const param of block.params.slice(1)) if (isPath(param)) this.#use(param)
      this.#enter(block, this.#rootVariable(subject))
    }
  }

  #enter(block: hbs.AST.BlockStatement, variable: string | undefined): void {
    const name = String(block.path.original)
    const [whenThere, otherwise] = name === 'unless' ? [block.inverse, block.program] : [block.program, block.inverse]
    const params = whenThere?.blockParams ?? []
    const levels = name === 'each' || name === 'with' ? 1 : 0
    this.#depth += levels
    for (const param of params) count(this.#blockParams, param, 1)
    const isCondition = variable === undefined || !isAlternative(variable)
    if (isCondition) this.#conditions++
    if (variable) {
      this.#note(variable, block)
      count(this.#guards, variable, 1)
    }
    if (whenThere) this.accept(whenThere)
    if (variable) count(this.#guards, variable, -1)
    for (const param of params) count(this.#blockParams, param, -1)
    this.#depth -= levels
    if (otherwise) this.accept(otherwise)
    if (isCondition) this.#conditions--
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
      if (isPath(value) && name === 'fit') this.#measure(value)
      else if (isPath(value)) this.#use(value)
    if (name === 'money' && call.params.length === 1) this.#useVariable('currency', call)
  }

  /** Takes a variable whose text is only measured: a template can do without it. */
  #measure(path: hbs.AST.PathExpression): void {
    const variable = this.#rootVariable(path)
    if (variable) this.#note(variable, path)
  }

  /** Finds where a mustache stands; right after `<` or `</`, it would be the name of a tag. */
  #contextOf({ loc }: hbs.AST.MustacheStatement): MarkupContext {
    const context = this.#markup.contextAt(this.#markup.offsetOf(loc.start))
    const isName = context.state === 'text' && !context.rawElement && /<\/?$/.test(this.#before.slice(-2))
    return isName ? { ...context, state: 'tagName' } : context
  }

  #checkPlace(mustache: hbs.AST.MustacheStatement, { state, rawElement, attribute }: MarkupContext): void {
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
    this.#useVariable(variable, path)
    if (isShown) this.shown.add(variable)
  }

  #useVariable(variable: string, node: hbs.AST.Node): void {
    this.#note(variable, node)
    if (this.#conditions === 0 && !this.#guards.get(variable)) this.required.add(variable)
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
    const ofBlock = path.depth === 0 && first !== undefined && Boolean(this.#blockParams.get(first))
    return path.depth === this.#depth && !ofBlock ? first : undefined
  }

  #reportHelper(node: hbs.AST.Node, name: string | undefined): void {
    const known = helperNames.map((each) => (isBlock.get(each) ? `#${each}` : each)).join(', ')
    const meant = name && findNear(name, [...helperNames, ...standardNames])
    this.#report('UNKNOWN_HELPER', node, [
      `${name === undefined ? 'this' : short(name)} is not a helper${meant ? `; did you mean ${meant}?` : ''}`,
      `there are ${known}`,
    ])
  }

  #report(code: TemplateProblemCode, node: hbs.AST.Node, what: [message: string, advice?: string]): void {
    const { line, column } = node.loc.start
    this.problems.push(templateProblem(code, { line, column: column + 1 }, what))
  }
}

function count(counts: Map<string, number>, name: string, change: 1 | -1): void {
  counts.set(name, (counts.get(name) ?? 0) + change)
}

function asPath(node: hbs.AST.Node | undefined): hbs.AST.PathExpression | undefined {
  return isPath(node) ? node : undefined
}

function isPath(node: hbs.AST.Node | undefined): node is hbs.AST.PathExpression {
  return node?.type === 'PathExpression'
}
