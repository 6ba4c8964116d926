import { LRUCache } from 'lru-cache'

/** A box for text: its width, its number of lines, and font sizes in points to choose from, largest first. */
export interface TextBox {
  widthMm: number
  lines: number
  sizes: readonly number[]
}

/**
 * Chooses the largest size at which a text fits into a box without breaking a word, else the smallest. Lines of tall
 * scripts fit if they are no higher than the same number of Latin lines of the largest size, or than one with a
 * margin. Widths are estimates for bold Inter and for the built-in fonts of other scripts; a text that is wider than
 * estimated wraps into one more line.
 */
export function fitText(text: string, { widthMm, lines, sizes }: TextBox): number {
  const { words, tallness } = measure(text)
  const [largest = 0] = sizes
  const height = Math.max(lines, oneTallLine) * largest
  const fits = sizes.find((size) => {
    const needed = countLines(words, widthMm / (size * mmPerPoint))
    return needed <= lines && needed * tallness * size <= height
  })
  return fits ?? sizes.at(-1) ?? 0
}

/** Chooses the largest size at which texts fit into `lines` of the largest, else the smallest. Breaks long words. */
export function fitTexts(texts: readonly string[], { widthMm, lines, sizes }: TextBox): number {
  const paragraphs = texts.filter(Boolean).map(measure)
  const [largest = 0] = sizes
  const fits = sizes.find((size) => {
    const lineWidth = widthMm / (size * mmPerPoint)
    let height = 0
    for (const { words, tallness } of paragraphs) height += countBrokenLines(words, lineWidth) * tallness * size
    return height <= lines * largest
  })
  return fits ?? sizes.at(-1) ?? 0
}

const oneTallLine = 1.4

interface MeasuredText {
  words: WordWidth[]
  tallness: number
}

// Tickets of an event share most of their texts, and a text may be measured for several boxes.
const measuredTexts = new LRUCache<string, MeasuredText>({ max: 500, memoMethod: measureText })
const longestCached = 200

function measure(text: string): MeasuredText {
  return text.length > longestCached ? measureText(text) : measuredTexts.memo(text)
}

function measureText(text: string): MeasuredText {
  const words = text.trim().split(breakable).map(measureWord)
  return { words, tallness: tallLines.find(([letters]) => letters.test(text))?.[1] ?? 1 }
}

/** Line heights of scripts relative to Latin, by the metrics of their fonts; the first match counts. */
const tallLines: readonly [letters: RegExp, tallness: number][] = [
  [/\p{sc=Tibt}/u, 2.35],
  [/[\p{sc=Mymr}\p{sc=Bali}\p{sc=Java}]/u, 1.85],
  [/\p{sc=Mong}/u, 1.45],
  [/[\p{sc=Arab}\p{sc=Laoo}]/u, 1.35],
  [/[\p{sc=Hani}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{sc=Thai}\p{sc=Thaa}\p{sc=Knda}\p{sc=Telu}]/u, 1.25],
  [/[^\p{sc=Latn}\p{sc=Grek}\p{sc=Cyrl}\p{sc=Hebr}\p{sc=Zyyy}\p{sc=Zinh}]/u, 1.15],
]

/** Checks whether named arguments are those that `readTextBox` reads, and no others. */
export function isTextBox(hash: Readonly<Record<string, unknown>>): boolean {
  const { width, lines, sizes, ...others } = hash
  const given = [width, lines, ...String(sizes).split(' ')].map(Number)
  return Object.keys(others).length === 0 && given.every((value) => Number.isFinite(value) && value > 0)
}

/** Reads a box from named arguments: `width` in millimetres, `lines`, and `sizes` in points, with spaces. */
export function readTextBox({ width, lines, sizes }: Readonly<Record<string, unknown>>): TextBox {
  return boxes.memo(`${width} ${lines} ${sizes}`)
}

const boxes = new LRUCache<string, TextBox>({
  max: 200,
  memoMethod: (key) => {
    const [widthMm = 0, lines = 0, ...sizes] = key.split(' ').map(Number)
    return { widthMm, lines, sizes }
  },
})
const mmPerPoint = 25.4 / 72
const spaceWidth = 0.22

/** The places where a line may break: after spaces and hyphens, and between letters of scripts without spaces. */
const breakable = /(?<=[\s‐–—-])(?=[^\s‐–—-])|(?<=[\p{sc=Hani}\p{sc=Hira}\p{sc=Kana}])(?=[\p{sc=Hani}\p{sc=Hira}\p{sc=Kana}])/u

/** The widths of a word in em, without and with the space after it, which does not count at the end of a line. */
interface WordWidth {
  own: number
  spaced: number
}

function measureWord(word: string): WordWidth {
  const own = textWidth(word.trimEnd())
  return { own, spaced: /\s$/.test(word) ? own + spaceWidth : own }
}

/** Counts the lines of `lineWidth` em that words fill; infinite if a word is wider than a line. */
function countLines(words: WordWidth[], lineWidth: number): number {
  let [lines, used] = [1, 0]
  for (const { own, spaced } of words) {
    if (own > lineWidth) return Number.POSITIVE_INFINITY
    const isNext = used + own > lineWidth
    if (isNext) lines++
    used = isNext ? spaced : used + spaced
  }
  return lines
}

/** Counts the lines of `lineWidth` em that words fill when those wider than a line break. */
function countBrokenLines(words: WordWidth[], lineWidth: number): number {
  let [lines, used] = [1, 0]
  for (const { own, spaced } of words) {
    const isNext = used > 0 && used + own > lineWidth
    if (isNext) lines++
    used = isNext ? spaced : used + spaced
    if (own > lineWidth) {
      lines += Math.ceil(used / lineWidth) - 1
      used %= lineWidth
    }
  }
  return lines
}

/** Estimates the width of a text in em. */
function textWidth(text: string): number {
  let width = 0
  for (const letter of text) width += knownWidths.memo(letter)
  return width
}

/** The widths of letters in em, rounded up; the first match counts. Combining marks have none. */
const letterWidths: readonly [letters: RegExp, width: number][] = [
  [/[ijlI.,:;'’|!]/, 0.27],
  [/[frt()/"-]/, 0.4],
  [/[abcdeghknopqsuvxyzßJF ]/, 0.59],
  [/[mwMÆŒ@%]/, 0.92],
  [/W/, 1.01],
  [/[\p{Mn}\p{Me}\p{Cf}]/u, 0],
  [/[\p{sc=Hani}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\uff00-\uffef]/u, 1],
  [/\p{Extended_Pictographic}/u, 1.25],
  [/[\p{sc=Taml}\p{sc=Mlym}\p{sc=Sinh}\p{sc=Mymr}]/u, 1],
  [/[ЖШЩЫЮжмшщыю]/, 0.9],
  [/\p{Lu}|[\p{sc=Knda}\p{sc=Ethi}\p{Nd}]/u, 0.72],
  [/./su, 0.62],
]

// Names use few distinct letters.
const knownWidths = new LRUCache<string, number>({
  max: 2_000,
  memoMethod: (letter) => {
    const [base = letter] = /\p{sc=Hang}/u.test(letter) ? [letter] : letter.normalize('NFD')
    return letterWidths.find(([letters]) => letters.test(base))?.[1] ?? 0
  },
})
