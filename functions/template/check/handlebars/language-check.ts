import Handlebars from 'handlebars'
import type { TemplateProblem, TemplateProblemCode } from '../../../contract/template-check.ts'
import { templateHelpers } from '../../../contract/template-language.ts'
import type { TemplateParts } from '../../helpers/helpers.ts'
import { short } from '../source/addresses.ts'
import type { SourceMarkup } from '../source/source-markup.ts'
import type { MarkupContext, MarkupState } from '../source/source-tag.ts'
import { findNear, templateProblem } from '../source/template-problem.ts'
import { BlockScope, givenByService, standardNames, writtenFrom } from './block-scope.ts'
import { argumentProblem } from './helper-arguments.ts'
import { isPath } from './parse-template.ts'

/** The variables that a template uses, requires and shows as text, and the problems of its mustaches. */
export interface LanguageFindings {
  problems: TemplateProblem[]
  variables: string[]
  required: string[]
  shown: string[]
  usesBarcode: boolean
}

/** Checks the mustaches of a parsed template and collects the variables it uses. */
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

const helperNames = Object.keys(templateHelpers)
const unavailable = new Map([
  ['PartialStatement', 'partials'],
  ['PartialBlockStatement', 'partials'],
  ['Decorator', 'decorators'],
  ['DecoratorBlock', 'decorators'],
])
const isBlock: ReadonlyMap<string, boolean> = new Map(Object.entries(templateHelpers).map(([name, { block }]) => [name, block]))

class LanguageCheck extends Handlebars.Visitor {
  readonly problems: TemplateProblem[] = []
  readonly variables = new Set<string>()
  readonly required = new Set<string>()
  readonly shown = new Set<string>()
  usesBarcode = false
  readonly #markup: SourceMarkup
  readonly #parts: TemplateParts
  /** The text before the mustache, without the whitespace that `~` trims. */
  #before = ''
  readonly #scope = new BlockScope()

  constructor(markup: SourceMarkup, parts: TemplateParts) {
    super()
    this.#markup = markup
    this.#parts = parts
  }

  override ContentStatement(content: hbs.AST.ContentStatement): void {
    this.#before = content.value || this.#before
  }

  override MustacheStatement(mustache: hbs.AST.MustacheStatement): void {
    if (!mustache.escaped) this.#report('RAW_OUTPUT', mustache, ['outputs text unescaped', 'write {{…}} with two braces'])
    const context = this.#contextOf(mustache)
    const path = isPath(mustache.path) ? mustache.path : undefined
    for (const what of findUnsafePlaces(context, path?.original)) this.#report('UNSAFE_PLACE', mustache, what)
    this.#before = ''
    const name = path?.original ?? ''
    if (path && !path.data && isBlock.get(name) === true)
      this.#report('HELPER_ARGUMENTS', mustache, [`needs a block: {{#${name} …}}`])
    else if (path && !path.data && isBlock.get(name) === false) this.#checkCall(mustache, name)
    else if (!path || mustache.params.length > 0 || mustache.hash) this.#reportHelper(mustache, path?.original)
    else this.#use(path, { isShown: context.state === 'text' && !context.rawElement })
  }

  override BlockStatement(block: hbs.AST.BlockStatement): void {
    const name = String(block.path.original)
    const [subject, ...rest] = block.params
    const wrong = argumentProblem(name, block, this.#parts)
    if (!isBlock.get(name)) this.#reportHelper(block, name)
    else if (wrong || !isPath(subject))
      this.#report('HELPER_ARGUMENTS', block, [wrong?.message ?? `#${name} takes a variable first`])
    else {
      for (const param of rest) if (isPath(param)) this.#use(param)
      const variable = this.#scope.rootVariable(subject)
      if (variable) this.#recordVariable(variable, block)
      this.#scope.visit(block, variable, (branch) => this.accept(branch))
    }
  }

  override accept(node: hbs.AST.Node): void {
    const kind = unavailable.get(node.type)
    if (kind) this.#report('UNKNOWN_HELPER', node, [`${kind} are not available`])
    else super.accept(node)
  }

  #checkCall(call: hbs.AST.MustacheStatement, name: string): void {
    const wrong = argumentProblem(name, call, this.#parts)
    if (wrong) this.#report(wrong.code, call, [wrong.message, wrong.advice])
    if (name === 'barcode') this.usesBarcode = true
    for (const value of [...call.params, ...(call.hash?.pairs ?? []).map((pair) => pair.value)])
      if (isPath(value)) this.#use(value, { isMeasured: name === 'fit' })
    if (name === 'money' && call.params.length === 1) this.#useVariable('currency', call)
  }

  /** Finds the context of a mustache, which is a tag name right after `<` or `</`. */
  #contextOf({ loc }: hbs.AST.MustacheStatement): MarkupContext {
    const context = this.#markup.contextAt(this.#markup.offsetOf(loc.start))
    const isName = context.state === 'text' && !context.rawElement && /<\/?$/.test(this.#before.slice(-2))
    return isName ? { ...context, state: 'tagName' } : context
  }

  /** Records a use of a variable. Measuring alone does not make it required. */
  #use(path: hbs.AST.PathExpression, { isShown = false, isMeasured = false } = {}): void {
    const variable = this.#scope.rootVariable(path)
    if (variable && isMeasured) this.#recordVariable(variable, path)
    else if (variable) this.#useVariable(variable, path)
    if (variable && isShown) this.shown.add(variable)
  }

  #useVariable(variable: string, node: hbs.AST.Node): void {
    this.#recordVariable(variable, node)
    if (this.#scope.isRequired(variable)) this.required.add(variable)
  }

  #recordVariable(variable: string, node: hbs.AST.Node): void {
    const meant = standardNames.includes(variable) || this.variables.has(variable) ? undefined : findNear(variable, standardNames)
    if (meant)
      this.#report('UNKNOWN_VARIABLE', node, [
        `${variable} is not a standard variable; did you mean ${meant}?`,
        'keep it if your guests’ data has it',
      ])
    this.variables.add(variable)
  }

  #reportHelper(node: hbs.AST.Node, name: string | undefined): void {
    const known = helperNames.map((each) => (isBlock.get(each) ? `#${each}` : each)).join(', ')
    const meant = name && findNear(name, [...helperNames, ...standardNames])
    this.#report('UNKNOWN_HELPER', node, [
      `${name === undefined ? 'this' : short(name)} is not a helper${meant ? `; did you mean ${meant}?` : ''}`,
      `the helpers are ${known}`,
    ])
  }

  #report(code: TemplateProblemCode, node: hbs.AST.Node, what: [message: string, advice?: string | undefined]): void {
    const { line, column } = node.loc.start
    this.problems.push(templateProblem(code, { line, column: column + 1 }, what))
  }
}

/** A problem with where a mustache stands, and what to do instead. */
type PlaceProblem = [message: string, advice?: string]

/** Lists the problems of a mustache's place where escaping cannot protect; `helper` is the helper that it calls, if any. */
function findUnsafePlaces({ state, rawElement, attribute }: MarkupContext, helper: string | undefined): PlaceProblem[] {
  const problems: PlaceProblem[] = []
  const unsafe = unsafeStates[state]
  if (unsafe) problems.push(unsafe)
  if (rawElement === 'script') problems.push(['is in a script; scripts never run in a ticket'])
  if (attribute === 'srcdoc') problems.push(['is in srcdoc, where text becomes markup'])
  if (rawElement === 'style' && helper !== 'asset')
    problems.push(['is in a style sheet, where escaping does not protect', 'set it where it is used: style="--name: {{…}}"'])
  return problems
}

const unsafeStates: Partial<Record<MarkupState, PlaceProblem>> = {
  tagName: ['is used as a tag name'],
  tag: ['is inside a tag but outside any attribute value'],
  attributeName: ['is in the name of an attribute'],
  value: ['is in an attribute without quotes', 'write attribute="{{…}}"'],
}
