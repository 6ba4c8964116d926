import { lettersOf } from '../../pdf/extract-text.ts'

/**
 * A text of a ticket's markup, with its estimated width and that of its longest word in ems, and its script.
 */
export interface EstimatedText {
  text: string
  width: number
  word: number
  script: number
}

/** The widest text seen to fit in a place, and the narrowest seen clipped. */
interface Limits {
  width: number
  word: number
  cut: number
}

/** How wide texts may be, by place and script; an error of a tenth still tells which tickets to measure. */
export class TextLimits {
  readonly #places = new Map<string, Limits>()

  /** Checks whether a text is wider than all seen to fit its place, or nearly as wide as a clipped one. */
  isSuspect(texts: EstimatedText[]): boolean {
    return texts.some(({ width, word, script }, place) => {
      const limits = this.#places.get(`${place} ${script}`)
      return !limits || width > limits.width || word > limits.word || width >= limits.cut * nearlyCut
    })
  }

  /** Learns from a measured ticket, of which the texts in `cut` were clipped. */
  learn(texts: EstimatedText[], cut: string[]): void {
    const letters = new Set(cut.map(lettersOf))
    for (const [place, { text, width, word, script }] of texts.entries()) {
      const key = `${place} ${script}`
      const limits = this.#places.get(key) ?? { width: 0, word: 0, cut: Number.POSITIVE_INFINITY }
      if (letters.has(lettersOf(text))) this.#places.set(key, { ...limits, cut: Math.min(limits.cut, width) })
      else this.#places.set(key, { ...limits, width: Math.max(limits.width, width), word: Math.max(limits.word, word) })
    }
  }
}

/** Estimates the width of a text. */
export function estimateText(text: string): EstimatedText {
  let [width, word, longest, script] = [0, 0, 0, 0]
  for (const letter of text) {
    const code = letter.codePointAt(0) ?? 0
    const em = code < 0x80 ? (asciiWidths[code] ?? 0) : code >= 0x2e80 ? 1 : usual
    width += em
    word = letter === ' ' ? 0 : word + em
    longest = Math.max(longest, word)
    script = Math.max(script, isLatin(code) ? 0 : code >> 8)
  }
  return { text, width, word: longest, script }
}

const nearlyCut = 0.9
const usual = 0.58
const asciiWidths = Array.from({ length: 0x80 }, (_, code) => widthOf(String.fromCharCode(code)))

function widthOf(letter: string): number {
  if (/[fijlrtI.,:;'|! ()[\]-]/.test(letter)) return 0.32
  if (/[MWmw@%]/.test(letter)) return 0.9
  return /[A-Z0-9&]/.test(letter) ? 0.68 : usual
}

function isLatin(code: number): boolean {
  return code < 0x300 || (code >= 0x1e00 && code < 0x1f00) || (code >= 0x2000 && code < 0x2100)
}
