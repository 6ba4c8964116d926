import { compressions, deflateContent } from './content-stream.ts'
import { markArtifacts } from './marked-content.ts'
import type { MarkedSurface } from './marked-surfaces.ts'

/** Is a piece of a content stream, and how often it stands in the print. */
interface Piece {
  text: string
  number: number
  times: number
}

/**
 * Writes the contents of a print's pages anew, compressed, with what the structure does not refer to marked as artifacts. To compress takes longer
 * than all else that is done to split a tagged print, so what many pages have in common, as tickets of one template do, is compressed once.
 */
export class PageContents {
  readonly #pages = new Map<MarkedSurface, Piece[]>()
  /** Finds pieces without going through all of their text: of those as long that begin alike only the last is known. */
  readonly #pieces = new Map<string, Piece>()
  readonly #compressed = new Map<string, Uint8Array>()

  constructor(pages: Iterable<MarkedSurface>) {
    let number = 0
    for (const page of pages) {
      const pieces: Piece[] = []
      for (const text of markArtifacts(page.content, page.real, page.markedForms)) {
        const key = `${text.length} ${text.slice(0, 32)}`
        const known = this.#pieces.get(key)
        const isKnown = known?.text === text
        const piece = isKnown ? known : { text, number: number++, times: 0 }
        if (!isKnown) this.#pieces.set(key, piece)
        piece.times++
        pieces.push(piece)
      }
      this.#pages.set(page, pieces)
    }
  }

  /** Gives a page's content as streams, to be read as if they were one (ISO 32000-1, 7.8.2). */
  write(page: MarkedSurface): Uint8Array[] {
    const streams: Uint8Array[] = []
    let own = ''
    for (const run of runsOf(this.#pages.get(page) ?? [])) {
      if (!isCommon(run)) own += join(run)
      else {
        if (own) streams.push(deflateContent(own))
        streams.push(this.#compressOnce(run))
        own = ''
      }
    }
    if (own || streams.length === 0) streams.push(deflateContent(own))
    return streams
  }

  #compressOnce(common: Piece[]): Uint8Array {
    const key = common.map(({ number }) => number).join()
    const known = this.#compressed.get(key)
    if (known) return known
    const compressed = deflateContent(join(common), compressions.small)
    this.#compressed.set(key, compressed)
    return compressed
  }
}

/** Is how often a piece must stand in a print for it to pay to compress it apart, and more thoroughly. */
const manyTimes = 8
/** Is how many characters make a stream of their own worth its dictionary, and that it cannot point back into what stands before. */
const smallestStream = 2048

/** Parts pieces where frequent ones meet others. */
function runsOf(pieces: Piece[]): Piece[][] {
  const runs: Piece[][] = []
  for (const piece of pieces) {
    const last = runs.at(-1)
    if (last && isFrequent(last[0]) === isFrequent(piece)) last.push(piece)
    else runs.push([piece])
  }
  return runs
}

function isFrequent(piece: Piece | undefined): boolean {
  return piece !== undefined && piece.times >= manyTimes
}

function isCommon(run: Piece[]): boolean {
  return isFrequent(run[0]) && run.reduce((total, { text }) => total + text.length, 0) >= smallestStream
}

function join(pieces: Piece[]): string {
  return pieces.map(({ text }) => text).join('')
}
