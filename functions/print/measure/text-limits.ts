import { lettersOf } from '../../pdf/extract-text.ts'

/**
 * A text of a ticket's markup, about how wide it and its longest word are in ems, and the script it is
 * written in.
 */
export interface EstimatedText {
  text: string
  width: number
  word: number
  script: number
}

/** The widest text that was seen to fit into a place, and the narrowest that was seen cut. */
interface Limits {
  width: number
  word: number
  cut: number
}

/**
 * Remembers how wide the texts of a template's tickets may be: for each place in the markup, by script, since
 * fonts differ. Estimates, which differ from what is laid out by a tenth or so, are good enough to tell whom
 * to measure.
 */
export class TextLimits {
  readonly #places = new Map<string, Limits>()

  /**
   * Tells whether a ticket has a text that is wider than all that were seen to fit in its place, or nearly as
   * wide as one that did not.
   */
  isSuspect(texts: EstimatedText[]): boolean {
    return texts.some(({ width, word, script }, place) => {
      const limits = this.#places.get(`${place} ${script}`)
      return !limits || width > limits.width || word > limits.word || width >= limits.cut * nearlyCut
    })
  }

  /** Learns from a ticket that was measured, of which these texts were cut. */
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

/** Estimates how wide the text behind a tag is. */
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
