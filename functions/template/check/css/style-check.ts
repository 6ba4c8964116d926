import type { TemplateProblem, TemplateProblemCode } from '../../../contract/template-check.ts'
import { findActingIn } from '../assets/drawing-check.ts'
import { isCarried, short } from '../source/addresses.ts'
import type { SourceMarkup } from '../source/source-markup.ts'
import type { PlacedText } from '../source/source-places.ts'
import { findLoads } from '../source/style-loads.ts'
import { readStyle, type StyleAtRule, type StyleDeclaration } from '../source/style-rules.ts'
import { isOf, nameOf, type StyleToken, splitAtCommas } from '../source/style-tokens.ts'
import { templateProblem } from '../source/template-problem.ts'

/** A style sheet or a `style` attribute with placeholders for mustaches, and its rules. */
export interface PlacedStyle {
  style: PlacedText
  rules: ReturnType<typeof readStyle>
}

/** A problem in CSS, and its start there. */
export type StyleFinding = [code: TemplateProblemCode, start: number, message: string, advice: string]

/** Reads a style sheet or a `style` attribute. */
export function placeStyle(style: PlacedText): PlacedStyle {
  return { style, rules: readStyle(style.text) }
}

/** Checks a template's CSS for external files, animations and costly styles. */
export function checkStyles(styles: PlacedStyle[], { placeAt }: Pick<SourceMarkup, 'placeAt'>): TemplateProblem[] {
  const animations = new Set(
    styles.flatMap(({ style, rules }) => rules.declarations.flatMap((each) => animationsOf(style.text, each))),
  )
  return styles.flatMap(({ style, rules }) => {
    const findings = [
      ...rules.atRules.flatMap((rule) => checkAtRule(style.text, rule, animations)),
      ...rules.declarations.flatMap((declaration) => checkDeclaration(style.text, declaration)),
    ]
    return findings.map(([code, start, ...what]) => templateProblem(code, placeAt(style.offsetOf(start)), what))
  })
}

/** Checks a CSS value for external files and drawings that act. */
export function checkValue(css: string, value: StyleToken[]): StyleFinding[] {
  return findLoads(css, value).flatMap(({ address, start }): StyleFinding[] => {
    if (address === undefined) return [['EXTERNAL_RESOURCE', start, 'has an address that CSS cannot parse', 'write url("…")']]
    const advice = 'upload it as an asset and write url("{{asset "…"}}")'
    const { code, what } = findActingIn(address) ?? {}
    if (code)
      return [[code, start, `carries a drawing with ${what}, which a ticket never runs or loads`, 'remove it from the drawing']]
    return isCarried(address) ? [] : [['EXTERNAL_RESOURCE', start, `loads ${short(address)}; a ticket loads no files`, advice]]
  })
}

function checkAtRule(css: string, { name, start, prelude, context }: StyleAtRule, animations: Set<string>): StyleFinding[] {
  if (name === 'import') {
    const sheet = short(prelude.map((token) => css.slice(token.start, token.end)).join(''))
    return [
      ['EXTERNAL_RESOURCE', start, `imports a style sheet (${sheet}); a ticket loads no files`, 'put its rules into <style>'],
    ]
  }
  const isUsed = () => namesIn(css, prelude).some((each) => animations.has(each))
  const moves = /^(?:-webkit-)?keyframes$/.test(name) && context.isOnPaper && !context.isReducedMotion && isUsed()
  return moves ? [['ANIMATION', start, '@keyframes is not printed: paper has no animations', still]] : []
}

/** Lists the names of the animations that a declaration may start on paper. */
function animationsOf(css: string, { property, value, context }: StyleDeclaration): string[] {
  const plays = /^(?:-webkit-)?animation(?:-name)?$/.test(property) && context.isOnPaper && !context.isReducedMotion
  return plays ? namesIn(css, value) : []
}

function namesIn(css: string, tokens: StyleToken[]): string[] {
  return tokens.flatMap((token) => {
    if (isOf(token, 'String')) return css.slice(token.start + 1, token.end - 1).toLowerCase()
    return isOf(token, 'Ident') ? nameOf(css, token) : []
  })
}

const still = 'style the final state'

function checkDeclaration(css: string, declaration: StyleDeclaration): StyleFinding[] {
  const { value, context } = declaration
  const loads = checkValue(css, value)
  if (!context.isOnPaper) return loads
  return [...loads, ...(context.isReducedMotion ? [] : checkMotion(css, declaration)), ...checkCost(css, declaration)]
}

function checkMotion(css: string, { property, start, value }: StyleDeclaration): StyleFinding[] {
  const [, motion] = /^(?:-webkit-)?(animation|transition)(?:-[a-z]+)*$/.exec(property) ?? []
  if (!motion || /^(none|unset|initial|0m?s)$/i.test(firstWord(css, value))) return []
  return [['ANIMATION', placeOf(css, start), `${motion} is not printed: paper has no animations`, still]]
}

function checkCost(css: string, { property, start, value }: StyleDeclaration): StyleFinding[] {
  const isShadow = property === 'box-shadow' || property === 'text-shadow'
  const isFilter = /^(?:-webkit-)?(?:backdrop-)?filter$/.test(property)
  const isCostly = isShadow ? isBlurred(css, value) : isFilter && !/^(none|unset|initial)$/i.test(firstWord(css, value))
  const message = `${property} costs about 58 ms and 35 KB a ticket`
  return isCostly ? [['COSTLY_STYLE', placeOf(css, start), message, 'use a border or a plain colour instead']] : []
}

/** Finds the start of a declaration, with the space before it, if any. */
function placeOf(css: string, start: number): number {
  return css[start - 1] === ' ' ? start - 1 : start
}

function firstWord(css: string, value: StyleToken[]): string {
  const first = value.find((token) => !isOf(token, 'WhiteSpace'))
  return first ? css.slice(first.start, first.end) : ''
}

/** Checks whether any shadow of a list has a blur, its third length. */
function isBlurred(css: string, value: StyleToken[]): boolean {
  return splitAtCommas(value).some((shadow) => {
    const lengths = outsideBrackets(shadow).filter((token) => isOf(token, 'Number', 'Dimension'))
    const blur = lengths[2]
    return blur !== undefined && Number.parseFloat(css.slice(blur.start, blur.end)) > 0
  })
}

function outsideBrackets(tokens: StyleToken[]): StyleToken[] {
  let depth = 0
  return tokens.filter((token) => {
    depth += isOf(token, 'Function', 'LeftParenthesis') ? 1 : isOf(token, 'RightParenthesis') ? -1 : 0
    return depth === 0
  })
}
