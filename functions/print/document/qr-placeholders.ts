import { randomInt } from 'node:crypto'
import type { SharedMarkup } from './shared-markup.ts'

/**
 * A path left out of a ticket's markup: its outlines and those of its placeholder, as in a content stream.
 */
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
 * Replaces the long path of each QR code by a short placeholder. Chromium would only copy its two thousand
 * lines into the print, which takes about a fifth of its time (`bench:tagging`). The placeholder has the same
 * bounds and random corners, so that it can be found in the print.
 */
export function insertPlaceholders({ pieces, tickets }: SharedMarkup): MarkupWithPlaceholders {
  const replaced = new Map<number, QrPlaceholder>()
  const kept = pieces.map((piece, number) => {
    const [, before = '', path = '', after = ''] = qrPath.exec(piece) ?? []
    const outlines = path.length >= minimumLength ? readOutlines(path) : undefined
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

/** Restores the paths in the contents of a ticket's pages; undefined unless each placeholder occurs once. */
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

/** Matches a path exactly as `qrSvg` writes it: outlines such as `M4 4h7v7h-7v-7z`, one after the other. */
const qrPath = /^(path fill="#[0-9a-fA-F]{6}" d=")((?:M\d{1,3} \d{1,3}(?:[hv]-?\d{1,3})+z)+)("\/>)$/
const minimumLength = 500
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
 * Reads the outlines of a QR code's path; undefined where they have no size or leave the range of 0 to 999.
 * Works on bytes: regular expressions take three times as long, longer than compressing the outlines, and a
 * string that grows piece by piece burdens the garbage collector.
 */
function readOutlines(path: string): Outlines | undefined {
  // A command has at least two characters, and becomes at most ten.
  const written = Buffer.allocUnsafe(5 * path.length)
  let [at, x, y, end] = [0, 0, 0, 0]
  let [left, top, right, bottom] = [999, 999, 0, 0]
  while (at < path.length) {
    const command = path.charCodeAt(at++)
    if (command === codes.z) {
      end = putOperator(written, end, codes.h)
      continue
    }
    const isNegative = path.charCodeAt(at) === codes.minus
    if (isNegative) at++
    let number = 0
    for (let digit = path.charCodeAt(at) - codes.zero; digit >= 0 && digit <= 9; digit = path.charCodeAt(++at) - codes.zero)
      number = 10 * number + digit
    if (command === codes.M) {
      x = number
      continue
    }
    if (command === codes.h) x += isNegative ? -number : number
    else if (command === codes.v) y += isNegative ? -number : number
    else y = number
    if (x < 0 || y < 0 || x > 999 || y > 999) return undefined
    if (x < left) left = x
    if (x > right) right = x
    if (y < top) top = y
    if (y > bottom) bottom = y
    end = putNumber(written, putNumber(written, end, x), y)
    end = putOperator(written, end, command === codes.space ? codes.m : codes.l)
  }
  if (left >= right || top >= bottom) return undefined
  return { written: written.toString('latin1', 0, end), lowest: [left, top], highest: [right, bottom] }
}

/** Writes a number below a thousand and a space, and returns the offset after them. */
function putNumber(bytes: Buffer, at: number, number: number): number {
  let end = at
  if (number > 99) bytes[end++] = codes.zero + Math.floor(number / 100)
  if (number > 9) bytes[end++] = codes.zero + (Math.floor(number / 10) % 10)
  bytes[end++] = codes.zero + (number % 10)
  bytes[end++] = codes.space
  return end
}

/** Writes an operator and a line break, and returns the offset after them. */
function putOperator(bytes: Buffer, at: number, operator: number): number {
  bytes[at] = operator
  bytes[at + 1] = codes.lineFeed
  return at + 2
}

const codes = { M: 0x4d, h: 0x68, l: 0x6c, m: 0x6d, v: 0x76, z: 0x7a, space: 0x20, minus: 0x2d, zero: 0x30, lineFeed: 0x0a }
