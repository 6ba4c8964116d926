import { randomInt } from 'node:crypto'
import type { SharedMarkup } from './shared-markup.ts'

/** A path left out of a ticket's markup: its outlines and its placeholder's, as in a content stream. */
export interface QrPlaceholder {
  outlines: string
  placeholder: string
}

/** Markup with placeholders for the paths of QR codes, and the placeholders of each ticket. */
export interface MarkupWithPlaceholders {
  markup: SharedMarkup
  placeholders: QrPlaceholder[][]
}

/**
 * Replaces each long path of horizontal and vertical lines, as a QR code has, by a short placeholder.
 * Chromium only copies its two thousand lines into the print, which takes about a fifth of its time
 * (`bench:tagging`). The placeholder has the same bounds and random corners, so that it can be found in the
 * print.
 */
export function insertPlaceholders({ pieces, tickets }: SharedMarkup): MarkupWithPlaceholders {
  const replaced = new Map<number, QrPlaceholder>()
  const kept = pieces.map((piece, number) => {
    const [, before = '', path = '', after = ''] = longPath.exec(piece) ?? []
    const outlines = path && new OutlineReader(path).read()
    if (!outlines) return piece
    const corners = makePlaceholder(outlines)
    replaced.set(number, { outlines: outlines.written, placeholder: writePlaceholder(corners) })
    return `${before}M${corners.map(([x, y]) => `${x} ${y}`).join('L')}z${after}`
  })
  return {
    markup: { pieces: kept, tickets },
    placeholders: tickets.map((numbers) => numbers.flatMap((number) => replaced.get(number) ?? [])),
  }
}

/** Restores paths in the contents of a ticket's pages; undefined unless each placeholder occurs once. */
export function restoreQrCodes(contents: string[], placeholders: QrPlaceholder[]): string[] | undefined {
  let restored = contents
  for (const { placeholder, outlines } of placeholders) {
    if (!occursOnce(restored, placeholder)) return undefined
    restored = restored.map((content) => content.replace(placeholder, () => outlines))
  }
  return restored
}

/** Checks whether a text occurs exactly once in contents. */
export function occursOnce(contents: string[], text: string): boolean {
  return contents.reduce((times, content) => times + content.split(text).length - 1, 0) === 1
}

type Corner = readonly [x: number, y: number]

/** A path's outlines as Chromium writes them into a content stream, and their bounds. */
interface Outlines {
  written: string
  lowest: Corner
  highest: Corner
}

/** Matches a path exactly as `qrSvg` writes it. */
const longPath = /^(path fill="#[0-9a-fA-F]{6}" d=")(M[\dMhvz -]{500,})("\/>)$/
const innerCorners = 12

/** Makes a random outline with the same bounds; no two corners in a row are equal. */
function makePlaceholder({ lowest, highest }: Outlines): Corner[] {
  const [[left, top], [right, bottom]] = [lowest, highest]
  const middle = Math.ceil((left + right) / 2)
  const between = Array.from({ length: innerCorners }, (_, index): Corner => {
    const x = index % 2 === 0 ? randomInt(middle, right + 1) : randomInt(left, middle)
    return [x, randomInt(top, bottom + 1)]
  })
  return [lowest, ...between, highest]
}

/** Writes an outline as Chromium does: back to its start, and only then closed. */
function writePlaceholder(corners: Corner[]): string {
  const [start = [0, 0], ...others] = corners
  return `${start.join(' ')} m\n${[...others, start].map((corner) => `${corner.join(' ')} l\n`).join('')}h\n`
}

/**
 * Reads the path of a QR code: `M4 4h7v7h-7v-7z`, whole numbers below a thousand, one outline after the
 * other. It reads byte by byte: regular expressions take five times as long, longer than compressing the
 * outlines.
 */
class OutlineReader {
  readonly #path: string
  readonly #written: Buffer
  #at = 0
  #end = 0
  #isClosed = true
  #x = 0
  #y = 0
  #bounds = { left: 999, top: 999, right: 0, bottom: 0 }

  constructor(path: string) {
    this.#path = path
    // A command has at least two characters, and becomes at most ten.
    this.#written = Buffer.allocUnsafe(5 * path.length)
  }

  /** Returns undefined when the path is written differently, or has no size. */
  read(): Outlines | undefined {
    while (this.#at < this.#path.length) if (!this.#readCommand(this.#path.charCodeAt(this.#at++))) return undefined
    const { left, top, right, bottom } = this.#bounds
    const written = this.#written.toString('latin1', 0, this.#end)
    return this.#isClosed && left < right && top < bottom ? { written, lowest: [left, top], highest: [right, bottom] } : undefined
  }

  #readCommand(command: number): boolean {
    const isStart = this.#isClosed
    this.#isClosed = command === codes.z
    if (command === codes.M) return isStart && this.#readStart() && this.#putCorner(codes.m)
    if (isStart) return false
    if (command === codes.h) this.#x += this.#readNumber()
    else if (command === codes.v) this.#y += this.#readNumber()
    else {
      this.#put(codes.h, codes.lineFeed)
      return command === codes.z
    }
    return this.#putCorner(codes.l)
  }

  #readStart(): boolean {
    this.#x = this.#readNumber()
    const isSeparated = this.#path.charCodeAt(this.#at++) === codes.space
    this.#y = this.#readNumber()
    return isSeparated
  }

  /** Returns NaN where there is no number. */
  #readNumber(): number {
    const isNegative = this.#path.charCodeAt(this.#at) === codes.minus
    if (isNegative) this.#at++
    let number = isDigit(this.#path.charCodeAt(this.#at)) ? 0 : Number.NaN
    for (let code = this.#path.charCodeAt(this.#at); isDigit(code); code = this.#path.charCodeAt(++this.#at))
      number = 10 * number + code - codes.zero
    return isNegative ? -number : number
  }

  #putCorner(operator: number): boolean {
    const [x, y, bounds] = [this.#x, this.#y, this.#bounds]
    if (!(x >= 0 && y >= 0 && x <= 999 && y <= 999)) return false
    if (x < bounds.left) bounds.left = x
    if (x > bounds.right) bounds.right = x
    if (y < bounds.top) bounds.top = y
    if (y > bounds.bottom) bounds.bottom = y
    this.#putNumber(x)
    this.#putNumber(y)
    this.#put(operator, codes.lineFeed)
    return true
  }

  #putNumber(number: number): void {
    if (number > 99) this.#written[this.#end++] = codes.zero + Math.floor(number / 100)
    if (number > 9) this.#written[this.#end++] = codes.zero + (Math.floor(number / 10) % 10)
    this.#put(codes.zero + (number % 10), codes.space)
  }

  #put(first: number, second: number): void {
    this.#written[this.#end++] = first
    this.#written[this.#end++] = second
  }
}

function isDigit(code: number): boolean {
  return code >= codes.zero && code <= codes.nine
}

const codes = {
  M: 0x4d,
  h: 0x68,
  l: 0x6c,
  m: 0x6d,
  v: 0x76,
  z: 0x7a,
  minus: 0x2d,
  zero: 0x30,
  nine: 0x39,
  space: 0x20,
  lineFeed: 0x0a,
}
