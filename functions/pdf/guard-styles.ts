import Handlebars from 'handlebars'
import type { TemplateProblem } from '../contract/template-check.ts'
import type { SourceAttribute, SourceMarkup } from './source-markup.ts'
import { lastUpTo } from './source-places.ts'
import type { StylePlace } from './style-values.ts'
import { templateProblem } from './template-problem.ts'

/**
 * Name of the helper that each value in a `style` attribute goes through. It has a space, so that no template
 * can call it.
 */
export const styleHelper = 'style value'

/**
 * Puts every value that stands in a `style` attribute or begins a `src` through `styleHelper`, which refuses
 * those that could end their declaration. Changes the program.
 * @returns Problems of mustaches that stand where no value can.
 */
export function guardStyles(program: hbs.AST.Program, markup: SourceMarkup): TemplateProblem[] {
  const guard = new StyleGuard(markup)
  guard.accept(program)
  return guard.problems
}

class StyleGuard extends Handlebars.Visitor {
  readonly problems: TemplateProblem[] = []
  readonly #markup: SourceMarkup
  readonly #styles: SourceAttribute[]
  readonly #sources: SourceAttribute[]

  constructor(markup: SourceMarkup) {
    super()
    this.#markup = markup
    const named = (wanted: string) => markup.tags.flatMap(({ attributes }) => attributes.filter(({ name }) => name === wanted))
    this.#styles = named('style')
    this.#sources = named('src')
  }

  override MustacheStatement(mustache: hbs.AST.MustacheStatement): void {
    const { line, column } = mustache.loc.start
    const offset = this.#markup.offsetOf(mustache.loc.start)
    const { attribute } = this.#markup.contextAt(offset)
    if (attribute === 'src') this.#guardAddress(mustache, offset)
    if (attribute !== 'style') return
    const style = this.#styles[lastUpTo(this.#styles, offset, (each) => each.offset)]
    const place = style ? placeAfter(style.bare.before(offset)) : 'property'
    if (place === 'property') {
      const what: [string, string] = ['stands where a style attribute names its property', 'write style="property: {{…}}"']
      this.problems.push(templateProblem('UNSAFE_PLACE', { line, column: column + 1 }, what))
    } else guardMustache(mustache, place)
  }

  /**
   * Guards what begins the address of a picture: anything but a picture carried in it would be a hole in the
   * ticket.
   */
  #guardAddress(mustache: hbs.AST.MustacheStatement, offset: number): void {
    const source = this.#sources[lastUpTo(this.#sources, offset, (each) => each.offset)]
    if (source && source.bare.before(offset).trim() === '') guardMustache(mustache, 'address')
  }
}

/** Tells in what kind of place of a `style` attribute what comes after a text stands. */
function placeAfter(css: string): StylePlace | 'property' {
  let [quote, hasColon, start] = ['', false, 0]
  for (const [at, character] of [...css].entries()) {
    if (quote) quote = character === quote ? '' : quote
    else if (character === '"' || character === "'") quote = character
    else if (character === ':') hasColon = true
    else if (character === ';') [hasColon, start] = [false, at + 1]
  }
  if (isOpenUrl(css.slice(start))) return 'url'
  if (quote) return 'string'
  return hasColon ? 'value' : 'property'
}

function isOpenUrl(declaration: string): boolean {
  const start = declaration.toLowerCase().lastIndexOf('url(')
  return start >= 0 && !declaration.includes(')', start)
}

/**
 * Turns `{{colour}}` into a call of the helper with the value, the place, and what is written in the
 * template.
 */
function guardMustache(mustache: hbs.AST.MustacheStatement, place: StylePlace): void {
  const { path, params, hash, loc } = mustache
  if (path.type !== 'PathExpression' || !('parts' in path)) return
  const isCall = params.length > 0 || (hash?.pairs.length ?? 0) > 0
  const value: hbs.AST.Expression = isCall ? subExpression({ path, params, hash, loc }) : path
  const text = (original: string): hbs.AST.StringLiteral => ({ type: 'StringLiteral', value: original, original, loc })
  const helper = { type: 'PathExpression', data: false, depth: 0, parts: [styleHelper], original: styleHelper, loc } as const
  Object.assign(mustache, { path: helper, params: [value, text(place), text(path.original)], hash: undefined })
}

function subExpression(call: Omit<hbs.AST.SubExpression, 'type'>): hbs.AST.SubExpression {
  return { type: 'SubExpression', ...call }
}
