import type { SourcePlace } from './template-problem.ts'

/** The lines of a source, to convert between offsets and line and column. */
export class SourcePlaces {
  readonly #lineStarts: number[]

  /** Finds the lines, with Handlebars' line ends. */
  constructor(source: string) {
    this.#lineStarts = [0, ...Array.from(source.matchAll(/\r\n?|\n/g), (end) => end.index + end[0].length)]
  }

  /** Converts an offset to line and column. */
  placeAt(offset: number): SourcePlace {
    const line = lastUpTo(this.#lineStarts, offset, (start) => start)
    return { line: line + 1, column: offset - (this.#lineStarts[line] ?? 0) + 1 }
  }

  /** Converts a line and column of Handlebars, whose columns start at 0, to an offset. */
  offsetOf({ line, column }: SourcePlace): number {
    return (this.#lineStarts[line - 1] ?? 0) + column
  }
}

/** Finds the last sorted item whose position is at most `position`, by binary search; -1 if none is. */
export function lastUpTo<T>(sorted: readonly T[], position: number, positionOf: (item: T) => number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    const item = sorted[middle]
    if (item !== undefined && positionOf(item) <= position) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** Text assembled from pieces of a source, with the offset of each character in the source. */
export class PlacedText {
  #text = ''
  readonly #pieces: { at: number; offset: number }[] = []

  /** The text so far. */
  get text(): string {
    return this.#text
  }

  /** Adds a piece from `offset` in the source. */
  add(piece: string, offset: number): void {
    this.#pieces.push({ at: this.#text.length, offset })
    this.#text += piece
  }

  /** Finds the index of the character at `offset` in the source. */
  indexOf(offset: number): number {
    const piece = this.#pieces[lastUpTo(this.#pieces, offset, (each) => each.offset)]
    return piece ? piece.at + offset - piece.offset : 0
  }

  /** Finds the offset in the source of the character at `index`. */
  offsetOf(index: number): number {
    const piece = this.#pieces[lastUpTo(this.#pieces, index, ({ at }) => at)]
    return piece ? piece.offset + index - piece.at : index
  }
}
