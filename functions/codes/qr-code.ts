import QRCode from 'qrcode'
import { isCompactPayload } from '../contract/qr-payload.ts'
import { encodePng } from '../images/png.ts'

/** The look of a QR code: `size` in pixels with the margin, `margin` in modules, colours as `#rrggbb`. */
export interface QrOptions {
  size: number
  margin: number
  color: { dark: string; light: string }
  errorCorrectionLevel: 'L' | 'M' | 'Q' | 'H'
}

/** The defaults: the quiet zone of four modules that ISO/IEC 18004 requires, and level Q. */
export const defaultQrOptions: QrOptions = {
  size: 200,
  margin: 4,
  color: { dark: '#000000', light: '#FFFFFF' },
  errorCorrectionLevel: 'Q',
}

/** Draws `text` as an inline SVG: one path along the outlines, sharp, without hairlines between shapes. */
export function qrSvg(text: string, options: QrOptions = defaultQrOptions): string {
  const symbol = encode(text, options)
  const { size, margin, color } = options
  const side = symbol.modules + 2 * margin
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 ${side} ${side}" role="img" aria-label="QR code" ` +
    `shape-rendering="crispEdges"><path fill="${hex(color.light)}" d="M0 0h${side}v${side}H0z"/>` +
    `<path fill="${hex(color.dark)}" d="${traceOutlines(symbol, margin)}"/></svg>`
  )
}

/**
 * Draws `text` as a PNG of `size` × `size` pixels. Each module gets the same whole number of pixels, so all
 * edges are crisp; the remainder widens the margin. A size below one pixel per module is raised to that.
 */
export async function qrPng(text: string, options: QrOptions = defaultQrOptions): Promise<Buffer> {
  const { data, modules } = encode(text, options)
  const pixelsPerModule = Math.max(1, Math.floor(options.size / (modules + 2 * options.margin)))
  const size = Math.max(options.size, pixelsPerModule * (modules + 2 * options.margin))
  const offset = Math.floor((size - pixelsPerModule * modules) / 2)
  const rowBytes = 1 + Math.ceil(size / 8)
  const pixels = Buffer.alloc(rowBytes * size)
  for (let y = 0; y < modules * pixelsPerModule; y++) {
    const row = (y + offset) * rowBytes + 1
    const source = Math.floor(y / pixelsPerModule) * modules
    for (let x = 0; x < modules * pixelsPerModule; x++) {
      if (!data[source + Math.floor(x / pixelsPerModule)]) continue
      const column = x + offset
      pixels.writeUInt8(pixels.readUInt8(row + (column >> 3)) | (0x80 >> (column & 7)), row + (column >> 3))
    }
  }
  const palette = Buffer.from([options.color.light, options.color.dark].map((color) => hex(color).slice(1)).join(''), 'hex')
  return encodePng({ width: size, height: size }, pixels, { palette })
}

/** Draws `text` as a `data:` URL for `<img src>`: SVG, which prints as sharp vectors. */
export function qrDataUrl(text: string, options: QrOptions = defaultQrOptions): string {
  return `data:image/svg+xml;base64,${Buffer.from(qrSvg(text, options)).toString('base64')}`
}

/** Text in the alphanumeric mode, of 5.5 bits per character instead of 8 (ISO/IEC 18004, table 5). */
const alphanumeric = /^[0-9A-Z $%*+\-./:]+$/

interface QrSymbol {
  data: Uint8Array
  modules: number
}

function encode(text: string, { errorCorrectionLevel }: QrOptions): QrSymbol {
  const content = alphanumeric.test(text) ? [{ data: text, mode: 'alphanumeric' as const }] : text
  // A signed token looks random under every mask; trying all eight takes twice as long (ISO/IEC 18004, 7.8).
  const mask = isCompactPayload(text) ? { maskPattern: 3 as const } : {}
  const { modules } = QRCode.create(content, { errorCorrectionLevel, ...mask })
  return { data: modules.data, modules: modules.size }
}

/** Follows every outline with the dark on its right. Directions 0 to 3 are right, down, left and up. */
function traceOutlines({ data, modules }: QrSymbol, margin: number): string {
  // A border of light modules saves bounds checks.
  const width = modules + 2
  const dark = new Uint8Array(width * width)
  for (let y = 0; y < modules; y++) dark.set(data.subarray(y * modules, (y + 1) * modules), (y + 1) * width + 1)
  const steps = [1, width, -1, -width]
  // The offsets of the two modules ahead of a corner, by direction.
  const rights = [0, -1, -1 - width, -width]
  const lefts = [-width, 0, -1, -1 - width]
  const traced = new Uint8Array(dark.length)
  let path = ''
  for (let start = width; start < dark.length; start++) {
    if (traced[start] || !dark[start] || dark[start - width]) continue
    path += `M${(start % width) - 1 + margin} ${Math.floor(start / width) - 1 + margin}`
    let [at, direction, length] = [start, 0, 0]
    do {
      if (direction === 0) traced[at] = 1
      at += steps[direction] ?? 0
      length++
      const isRight = dark[at + (rights[direction] ?? 0)] === 1
      const isLeft = isRight && dark[at + (lefts[direction] ?? 0)] === 1
      if (isRight && !isLeft) continue
      path += `${direction % 2 ? 'v' : 'h'}${direction < 2 ? length : -length}`
      direction = (direction + (isRight ? 3 : 1)) % 4
      length = 0
    } while (at !== start || direction !== 0)
    path += 'z'
  }
  return path
}

/** Checks that a colour is six hex digits and cannot end its attribute. @throws RangeError otherwise. */
function hex(color: string): string {
  const digits = /^#([0-9a-f]{6})$/i.exec(color)?.[1]
  if (!digits) throw new RangeError(`A QR colour must be #rrggbb, not ${JSON.stringify(color)}.`)
  return `#${digits}`
}
