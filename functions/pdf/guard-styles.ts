import Handlebars from 'handlebars'
import type { TemplateProblem } from '../contract/template-check.ts'
import { MarkupPosition } from './markup-position.ts'
import type { StylePlace } from './style-values.ts'
import { templateProblem } from './template-problem.ts'

/** Name of the helper that each value in a `style` attribute goes through. It has a space, so that no template can call it. */
export const styleHelper = 'style value'

/**
 * Puts every value that stands in a `style` attribute through `styleHelper`, which refuses those that could end their declaration. Changes the
 * program.
 * @returns Problems of mustaches that stand where no value can.
 */
export function guardStyles(program: hbs.AST.Program): TemplateProblem[] {
  const guard = new StyleGuard()
  guard.accept(program)
  return guard.problems
}

class StyleGuard extends Handlebars.Visitor {
  readonly problems: TemplateProblem[] = []
  readonly #position = new MarkupPosition()
  readonly #css = new StyleScanner()

  override ContentStatement({ value }: hbs.AST.ContentStatement): void {
    for (const character of value) {
      const wasStyle = this.#position.attribute === 'style'
      this.#position.read(character)
      if (this.#position.attribute !== 'style') continue
      if (wasStyle) this.#css.read(character)
      else this.#css.begin()
    }
  }

  override MustacheStatement(mustache: hbs.AST.MustacheStatement): void {
    this.#position.skip()
    if (this.#position.attribute !== 'style') return
    const { place } = this.#css
    if (place === 'property') {
      const { line, column } = mustache.loc.start
      const what: [string, string] = ['stands where a style attribute names its property', 'write style="property: {{…}}"']
      this.problems.push(templateProblem('UNSAFE_PLACE', { line, column: column + 1 }, what))
    } else guardMustache(mustache, place)
  }
}

/** Turns `{{colour}}` into a call of the helper with the value, the place, and what is written in the template. */
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

/** Follows the text of a `style` attribute and tells in what kind of place it is. */
class StyleScanner {
  #hasColon = false
  #quote = ''
  #text = ''

  begin(): void {
    this.#hasColon = false
    this.#quote = ''
    this.#text = ''
  }

  get place(): StylePlace | 'property' {
    if (/url\(\s*["']?[^)]*$/i.test(this.#text)) return 'url'
    if (this.#quote) return 'string'
    return this.#hasColon ? 'value' : 'property'
  }

  read(character: string): void {
    if (this.#quote) {
      if (character === this.#quote) this.#quote = ''
    } else if (character === '"' || character === "'") this.#quote = character
    else if (character === ';') this.begin()
    else if (character === ':') this.#hasColon = true
    // As much as `url(` and blanks need.
    this.#text = (this.#text + character).slice(-40)
  }
}
