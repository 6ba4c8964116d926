import Handlebars from 'handlebars'
import type { TemplateProblem } from '../../../contract/template-check.ts'
import { helperCall, literal } from '../handlebars/parse-template.ts'
import type { SourceMarkup } from '../source/source-markup.ts'
import { lastUpTo } from '../source/source-places.ts'
import type { SourceAttribute, SourceTag } from '../source/source-tag.ts'
import { templateProblem } from '../source/template-problem.ts'
import { type AttributePlaces, readAttributePlaces } from './attribute-places.ts'
import type { StylePlace } from './style-values.ts'

/** The helper that guards values in styles and addresses. Its space keeps templates from calling it. */
export const styleHelper = 'style value'

/**
 * Passes every value in a `style` attribute, in an address to load, or in a paint of SVG through
 * `styleHelper`, which rejects values that could end their declaration or refer to anything that the ticket does
 * not carry. Changes the program.
 * @returns The problems of mustaches in places that no value may fill.
 */
export function guardStyles(program: hbs.AST.Program, markup: SourceMarkup): TemplateProblem[] {
  const guard = new StyleGuard(markup)
  guard.accept(program)
  return guard.problems
}

class StyleGuard extends Handlebars.Visitor {
  readonly problems: TemplateProblem[] = []
  readonly #markup: SourceMarkup
  readonly #attributes: { tag: SourceTag; attribute: SourceAttribute; places?: AttributePlaces | undefined }[]

  constructor(markup: SourceMarkup) {
    super()
    this.#markup = markup
    this.#attributes = markup.tags.flatMap((tag) => tag.attributes.map((attribute) => ({ tag, attribute })))
  }

  override MustacheStatement(mustache: hbs.AST.MustacheStatement): void {
    const { line, column } = mustache.loc.start
    const place = this.#placeOf(this.#markup.offsetOf(mustache.loc.start))
    if (place === 'property') {
      const what: [string, string] = ['is in the place of a property name in a style attribute', 'write style="property: {{…}}"']
      this.problems.push(templateProblem('UNSAFE_PLACE', { line, column: column + 1 }, what))
    } else if (place) guardMustache(mustache, place)
  }

  #placeOf(offset: number): StylePlace | 'property' | undefined {
    if (!this.#markup.contextAt(offset).attribute) return undefined
    const around = this.#attributes[lastUpTo(this.#attributes, offset, (each) => each.attribute.offset)]
    if (!around) return undefined
    const { tag, attribute } = around
    // Lazily, since most attributes have no mustache.
    around.places ??= readAttributePlaces(tag, attribute)
    return around.places?.(attribute.bare.indexOf(offset))
  }
}

/** Turns `{{colour}}` into a call of the helper with value, place and the variable as written. */
function guardMustache(mustache: hbs.AST.MustacheStatement, place: StylePlace): void {
  const { path, params, hash, loc } = mustache
  if (path.type !== 'PathExpression' || !('parts' in path)) return
  const isCall = params.length > 0 || (hash?.pairs.length ?? 0) > 0
  const call: hbs.AST.SubExpression = { type: 'SubExpression', path, params, hash, loc }
  const given = [isCall ? call : path, literal(place, loc), literal(path.original, loc)]
  Object.assign(mustache, helperCall(styleHelper, given, loc), { hash: undefined })
}
