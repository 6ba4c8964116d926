import type { TemplateProblem, TemplateProblemCode } from '../contract/template-check.ts'
import { blot, type SourceMarkup } from './source-markup.ts'
import { templateProblem } from './template-problem.ts'

/** Is a piece of CSS: a style sheet or a style attribute, its mustaches blotted out, and where in the source it begins. */
export interface StyleText {
  css: string
  offset: number
}

/** Tells what in a template's CSS is never loaded, never moves, or costs much. */
export function checkStyles(styles: StyleText[], { placeAt }: Pick<SourceMarkup, 'placeAt'>): TemplateProblem[] {
  return styles.flatMap(({ css, offset }) => {
    const plain = css.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
    return rules.flatMap(({ pattern, find }) =>
      Array.from(plain.matchAll(pattern)).flatMap((match) => {
        const [code, message, advice] = find(match) ?? []
        return code && message
          ? [templateProblem(code, placeAt(offset + match.index), advice ? [message, advice] : [message])]
          : []
      }),
    )
  })
}

/** Tells what is odd about the page sizes that style sheets give. */
export function checkPageSize(sheets: StyleText[], { placeAt }: Pick<SourceMarkup, 'placeAt'>): TemplateProblem[] {
  const sizes = sheets.flatMap(({ css, offset }) =>
    Array.from(css.matchAll(/@page\b[^{}]*\{[^{}]*?\bsize\s*:\s*([^;}]+)/gi), (match) => ({
      size: (match[1] ?? '').trim().toLowerCase(),
      offset: offset + match.index,
    })),
  )
  const [first, ...others] = sizes
  if (!first)
    return [
      templateProblem('NO_PAGE_SIZE', {}, [
        'does not say how large its page is; A4 is taken',
        'add @page { size: A4; margin: 0 }',
      ]),
    ]
  const another = others.find(({ size }) => size !== first.size)
  if (another)
    return [
      templateProblem('ODD_PAGE_SIZE', placeAt(another.offset), [
        `has pages of two sizes, ${first.size} and ${another.size}`,
        'give all pages one size',
      ]),
    ]
  const odd = oddityOf(first.size.split(/\s+/))
  return odd ? [templateProblem('ODD_PAGE_SIZE', placeAt(first.offset), odd)] : []
}

/** Says what is odd about a page's size, and what to write in its place. */
function oddityOf(words: string[]): [message: string, advice: string] | undefined {
  const unknown = words.find((word) => /^[a-z][a-z0-9-]*$/.test(word) && !sizeWords.has(word))
  if (unknown)
    return [`has a page of the size ${unknown}, which CSS does not know; A4 is taken`, 'write its sides, like 105mm 148mm']
  const sides = words.map(millimetresOf).filter((side) => side !== undefined)
  const odd = sides.find((side) => side < smallestSide || side > largestSide)
  if (odd === undefined) return undefined
  return [`has a page with a side of ${Math.round(odd)} mm`, `keep its sides between ${smallestSide} and ${largestSide} mm`]
}

/** Lists what may stand in a page's size besides lengths. CSS Paged Media Module Level 3, "size". */
const sizeWords = new Set([
  ...['a5', 'a4', 'a3', 'b5', 'b4', 'jis-b5', 'jis-b4', 'letter', 'legal', 'ledger'],
  ...['auto', 'portrait', 'landscape'],
])

const smallestSide = 40
const largestSide = 450
const inMillimetres: Readonly<Record<string, number>> = {
  mm: 1,
  cm: 10,
  q: 0.25,
  in: 25.4,
  pt: 25.4 / 72,
  pc: 25.4 / 6,
  px: 25.4 / 96,
}

function millimetresOf(length: string): number | undefined {
  const [, number, unit = ''] = /^([\d.]+)([a-z]+)$/.exec(length) ?? []
  return number && inMillimetres[unit] ? Number(number) * inMillimetres[unit] : undefined
}

type Finding = [code: TemplateProblemCode, message: string, advice?: string] | undefined

const rules: { pattern: RegExp; find: (match: RegExpMatchArray) => Finding }[] = [
  {
    pattern: /@import\b\s*([^;]*)/gi,
    find: (match) => [
      'EXTERNAL_RESOURCE',
      `imports a style sheet (${short(match[1])}), which is never loaded`,
      'put its rules into <style>',
    ],
  },
  {
    pattern: /(@import\s+)?url\(\s*(?:"([^"]*)"|'([^']*)'|([^)]*))\s*\)/gi,
    find: (match) => {
      const url = (match[2] ?? match[3] ?? match[4] ?? '').trim()
      if (match[1] || isCarried(url)) return
      return [
        'EXTERNAL_RESOURCE',
        `loads ${short(url)}, which is never done`,
        'upload it as an asset and write url("{{asset "…"}}")',
      ]
    },
  },
  {
    pattern: /@keyframes\s+[\w-]+|(?:^|[;{\s"'])(?:-webkit-)?(animation|transition)(?:-[a-z]+)*\s*:\s*([^;}]*)/gi,
    find: ([, property, value = '']) =>
      property && /^\s*(none|unset|initial|0m?s)\b/i.test(value)
        ? undefined
        : ['ANIMATION', `${property ?? '@keyframes'} does not move on paper`, 'print it as it shall stand'],
  },
  {
    pattern: /(?:^|[;{\s"'])(box-shadow|text-shadow)\s*:\s*([^;}]*)/gi,
    find: ([, property, value = '']) => (isBlurred(value) ? costly(property) : undefined),
  },
  {
    pattern: /(?:^|[;{\s"'])((?:-webkit-)?(?:backdrop-)?filter)\s*:\s*([^;}]*)/gi,
    find: ([, property, value = '']) => (/^\s*(none|unset|initial)\b/i.test(value) ? undefined : costly(property)),
  },
]

function costly(property = ''): Finding {
  return ['COSTLY_STYLE', `${property} costs about 58 ms and 35 KB a ticket`, 'use a border or a plain colour instead']
}

/** Tells whether any shadow of a list has a blur, its third length. */
function isBlurred(value: string): boolean {
  return value
    .replace(/\([^()]*\)/g, '')
    .split(',')
    .some((shadow) => {
      const lengths = shadow.split(/\s+/).filter((word) => /^-?[\d.]/.test(word))
      return lengths.length >= 3 && Number.parseFloat(lengths[2] ?? '0') > 0
    })
}

/** Tells whether what an address names comes with the document: data, a part of it, or what a mustache gives. */
export function isCarried(url: string): boolean {
  return url === '' || /^(data:|#)/i.test(url) || url.startsWith(blot)
}

/** Shortens what a message quotes. */
export function short(text = ''): string {
  const plain = text.replaceAll(blot, '').trim()
  return plain.length > 60 ? `${plain.slice(0, 57)}…` : plain
}
