import type { TemplateProblem } from '../../../contract/template-check.ts'
import type { SourceMarkup } from '../source/source-markup.ts'
import { templateProblem } from '../source/template-problem.ts'
import type { PlacedStyle } from './style-check.ts'

/** Checks the page sizes of style sheets. */
export function checkPageSize(sheets: PlacedStyle[], { placeAt }: Pick<SourceMarkup, 'placeAt'>): TemplateProblem[] {
  const [first, ...others] = sheets.flatMap(sizesIn)
  const unsized = 'has no page size; A4 is used'
  if (!first) return [templateProblem('NO_PAGE_SIZE', {}, [unsized, 'add @page { size: A4; margin: 0 }'])]
  const another = others.find(({ size }) => size !== first.size)
  const sizes = `has pages of two sizes, ${first.size} and ${another?.size}`
  if (another) return [templateProblem('ODD_PAGE_SIZE', placeAt(another.offset), [sizes, 'give all pages one size'])]
  const odd = oddityOf(first.size.split(/\s+/))
  return odd ? [templateProblem('ODD_PAGE_SIZE', placeAt(first.offset), odd)] : []
}

function sizesIn({ style, rules }: PlacedStyle): { size: string; offset: number }[] {
  return rules.declarations.flatMap(({ property, value, context }) => {
    if (property !== 'size' || context.atRule?.name !== 'page') return []
    const size = value.map(({ start, end }) => style.text.slice(start, end)).join('')
    return [{ size: size.trim().toLowerCase(), offset: style.offsetOf(context.atRule.start) }]
  })
}

/** Explains what is odd about a page size, and what to write instead. */
function oddityOf(words: string[]): [message: string, advice: string] | undefined {
  const unknown = words.find((word) => /^[a-z][a-z0-9-]*$/.test(word) && !sizeWords.has(word))
  if (unknown)
    return [`has the page size ${unknown}, which CSS does not define; A4 is used`, 'give its sides, such as 105mm 148mm']
  const sides = words.map(millimetresOf).filter((side) => side !== undefined)
  const odd = sides.find((side) => side < smallestSide || side > largestSide)
  if (odd === undefined) return undefined
  return [`has a page with a side of ${Math.round(odd)} mm`, `keep its sides between ${smallestSide} and ${largestSide} mm`]
}

/** The keywords of a page size (CSS Paged Media Module Level 3, "size"). */
const sizeWords = new Set([
  ...['a5', 'a4', 'a3', 'b5', 'b4', 'jis-b5', 'jis-b4', 'letter', 'legal', 'ledger'],
  ...['auto', 'portrait', 'landscape'],
])

const smallestSide = 40
const largestSide = 450
const inMillimetres = new Map(Object.entries({ mm: 1, cm: 10, q: 0.25, in: 25.4, pt: 25.4 / 72, pc: 25.4 / 6, px: 25.4 / 96 }))

function millimetresOf(length: string): number | undefined {
  const [, number, unit = ''] = /^([\d.]+)([a-z]+)$/.exec(length) ?? []
  const millimetres = inMillimetres.get(unit)
  return number && millimetres ? Number(number) * millimetres : undefined
}
