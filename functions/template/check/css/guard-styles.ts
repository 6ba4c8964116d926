import Handlebars from 'handlebars'
import type { TemplateProblem } from '../../../contract/template-check.ts'
import { addressesIn, candidatesIn } from '../source/addresses.ts'
import { blot, seam } from '../source/blot-mustaches.ts'
import { isPainted, loadedBy } from '../source/loading-attributes.ts'
import type { SourceMarkup } from '../source/source-markup.ts'
import { lastUpTo } from '../source/source-places.ts'
import type { SourceAttribute, SourceTag } from '../source/source-tag.ts'
import { templateProblem } from '../source/template-problem.ts'
import type { StylePlace } from './style-values.ts'

/**
 * Name of the helper that each value in a `style` attribute or an address goes through. It has a space, so that no template
 * can call it.
 */
export const styleHelper = 'style value'

/**
 * Puts every value that stands in a `style` attribute, begins an address that is loaded, or paints SVG through
 * `styleHelper`, which refuses those that could end their declaration or name what is not in the ticket.
 * Changes the program.
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
  readonly #attributes: { tag: SourceTag; attribute: SourceAttribute }[]

  constructor(markup: SourceMarkup) {
    super()
    this.#markup = markup
    this.#attributes = markup.tags.flatMap((tag) => tag.attributes.map((attribute) => ({ tag, attribute })))
  }

  override MustacheStatement(mustache: hbs.AST.MustacheStatement): void {
    const { line, column } = mustache.loc.start
    const offset = this.#markup.offsetOf(mustache.loc.start)
    if (!this.#markup.contextAt(offset).attribute) return
    const { tag, attribute } = this.#attributes[lastUpTo(this.#attributes, offset, (each) => each.attribute.offset)] ?? {}
    const place = tag && attribute && placeIn(tag, attribute.name, attribute.bare.before(offset))
    if (place === 'property') {
      const what: [string, string] = ['stands where a style attribute names its property', 'write style="property: {{…}}"']
      this.problems.push(templateProblem('UNSAFE_PLACE', { line, column: column + 1 }, what))
    } else if (place) guardMustache(mustache, place)
  }
}

/**
 * Tells in what kind of place of an attribute what comes after a text stands, if it is one where a value is
 * guarded. What begins the address of a picture is: anything but a picture carried in it would be a hole in
 * the ticket.
 */
function placeIn(tag: SourceTag, name: string, before: string): StylePlace | 'property' | undefined {
  if (name === 'style') return placeAfter(before)
  // In each branch of a block, what comes first begins anew.
  if (name.endsWith('srcset'))
    return candidatesIn(`${before.split(seam).at(-1)}${blot}`).at(-1) === blot ? 'candidates' : undefined
  const isFirst = addressesIn(`${before}${blot}`).at(-1) === blot
  if (isPainted(tag, name)) return isFirst ? 'paint' : /url\(\s*["']?$/i.test(before) ? 'reference' : undefined
  if (!isFirst || loadedBy(tag, name, blot).length === 0) return undefined
  if (tag.name === 'use') return 'part'
  return tag.isForeign ? 'reference' : 'address'
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
