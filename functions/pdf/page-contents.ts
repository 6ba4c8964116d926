import { compressions, deflateContent } from './content-stream.ts'
import { markArtifacts } from './marked-content.ts'
import type { MarkedSurface } from './marked-surfaces.ts'

/** A piece of a content stream, and its occurrences in the print. */
interface Piece {
  text: string
  number: number
  times: number
}

/**
 * The content streams of a print's pages, in which everything that the structure does not refer to is marked
 * as an artifact. Compression takes longer than the rest of splitting a tagged print, so pieces that many
 * pages share are compressed once.
 */
export class PageContents {
  readonly #pages = new Map<MarkedSurface, Piece[]>()
  /** By length and first characters, which is quicker than by text; the last that agrees in both is kept. */
  readonly #pieces = new Map<string, Piece>()
  readonly #compressed = new Map<string, Uint8Array>()

  constructor(pages: Iterable<MarkedSurface>) {
    let number = 0
    for (const page of pages) {
      const pieces: Piece[] = []
      for (const text of markArtifacts(page.content, page.real, page.markedForms)) {
        const key = `${text.length} ${text.slice(0, 32)}`
        const known = this.#pieces.get(key)
        const piece = known?.text === text ? known : { text, number: number++, times: 0 }
        if (piece !== known) this.#pieces.set(key, piece)
        piece.times++
        pieces.push(piece)
      }
      this.#pages.set(page, pieces)
    }
  }

  /** Compresses a page's content into streams, which readers concatenate (ISO 32000-1, 7.8.2). */
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

/** Minimum occurrences before a piece is compressed separately, and at a higher level. */
const minimumOccurrences = 8
/** Minimum length of a separate stream, which costs a dictionary and cannot refer back to earlier text. */
const minimumStreamLength = 2048

/** Splits pieces into runs of frequent and of other ones. */
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
  return piece !== undefined && piece.times >= minimumOccurrences
}

function isCommon(run: Piece[]): boolean {
  return isFrequent(run[0]) && run.reduce((total, { text }) => total + text.length, 0) >= minimumStreamLength
}

function join(pieces: Piece[]): string {
  return pieces.map(({ text }) => text).join('')
}
