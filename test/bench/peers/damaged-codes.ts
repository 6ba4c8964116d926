import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import sharp, { type Sharp } from 'sharp'
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'

/** The damage to a printed code before it is read, in this order. `covered` is a share of the symbol, `blurSigma` in pixels. */
export interface Damage {
  covered?: number
  blurSigma?: number
  angle?: number
  contrast?: [dark: number, light: number]
}

const printDotsPerInch = 600
const centimetresPerInch = 2.54
const white = { r: 255, g: 255, b: 255 }
const wasm = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm')
prepareZXingModule({ overrides: { wasmBinary: Uint8Array.from(await readFile(wasm)).buffer }, fireImmediately: true })

/** A code to be printed: its drawing, how many modules the symbol is wide, and how many the quiet zone around it. */
export interface PrintedCode {
  svg: string
  modules: number
  margin: number
}

/** The width of the printed symbol, the resolution of its scan, and the enlargement for the reader. */
export interface Scan {
  centimetres: number
  dotsPerInch: number
  enlarged: number
}

/**
 * Prints a code with its symbol `centimetres` wide, and scans it in; where it falls on the scanner's grid is up to `random`. Then damages
 * the scan: what is covered, and which way it is turned, is up to `random` too.
 * @returns The scan as a PNG in grey.
 */
export async function scanDamaged(
  code: PrintedCode,
  { centimetres, dotsPerInch, enlarged }: Scan,
  { damage, random }: { damage: Damage; random: () => number },
): Promise<Buffer> {
  const symbolPixels = (centimetres / centimetresPerInch) * dotsPerInch
  let image = await scanPrint(code, symbolPixels, { shrink: printDotsPerInch / dotsPerInch, random })
  if (damage.covered) image = await cover(image, code, { pixels: symbolPixels, share: damage.covered, random })
  if (damage.blurSigma) image = await png(sharp(image).blur(damage.blurSigma))
  if (damage.angle) image = await turn(image, random() < 0.5 ? damage.angle : -damage.angle)
  const [dark, light] = damage.contrast ?? [0, 255]
  const around = { top: 8, bottom: 8, left: 8, right: 8, background: white }
  const pale = await png(
    sharp(await png(sharp(image).extend(around)))
      .grayscale()
      .linear((light - dark) / 255, dark),
  )
  const { width } = await sharp(pale).metadata()
  return await png(sharp(pale).resize({ width: width * enlarged, kernel: 'cubic' }))
}

async function scanPrint(
  { svg, modules, margin }: PrintedCode,
  symbolPixels: number,
  { shrink, random }: { shrink: number; random: () => number },
): Promise<Buffer> {
  const size = Math.round((symbolPixels * shrink * (modules + 2 * margin)) / modules)
  const scanned = Math.ceil(size / shrink) + 1
  const paper = { width: scanned * shrink, height: scanned * shrink, channels: 3 as const, background: white }
  const [left, top] = [Math.floor(random() * shrink), Math.floor(random() * shrink)]
  const drawn = sharp(Buffer.from(svg), { density: 300 }).resize(size, size, { kernel: 'nearest' }).flatten({ background: white })
  const print = await png(sharp({ create: paper }).composite([{ input: await png(drawn), left, top }]))
  return await png(sharp(print).resize(scanned, scanned, { kernel: 'linear' }).grayscale())
}

/** Puts a white sticker anywhere on the symbol where it leaves the three corners free that every reader needs to find a code at all. */
async function cover(
  image: Buffer,
  { modules, margin }: PrintedCode,
  { pixels, share, random }: { pixels: number; share: number; random: () => number },
): Promise<Buffer> {
  const side = Math.sqrt(share)
  const corner = 8 / modules
  const place = () => random() * (1 - side)
  let [x, y] = [place(), place()]
  const hitsCorner = () => (x < corner || x + side > 1 - corner) && (y < corner || y + side > 1 - corner)
  const isFree = () => !hitsCorner() || (x + side > 1 - corner && y + side > 1 - corner && x >= corner && y >= corner)
  while (!isFree()) [x, y] = [place(), place()]
  const quiet = (pixels * margin) / modules
  const [left, top] = [x, y].map((part) => Math.round(quiet + part * pixels))
  const width = Math.round(side * pixels)
  const sticker = { create: { width, height: width, channels: 3 as const, background: white } }
  return await png(sharp(image).composite([{ input: sticker, left: left ?? 0, top: top ?? 0 }]))
}

/** Turns a scan by so many degrees, with bicubic interpolation: a linear one would blur it once more. */
async function turn(image: Buffer, degrees: number): Promise<Buffer> {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]
  return await png(sharp(image).affine([cos, sin, -sin, cos], { background: white, interpolator: sharp.interpolators.bicubic }))
}

async function png(image: Sharp): Promise<Buffer> {
  return await image.png({ compressionLevel: 1 }).toBuffer()
}

/** Reads a code with ZXing; empty where it finds none. */
export async function readWithZxing(png: Buffer): Promise<string> {
  const results = await readBarcodes(new Uint8Array(png), { formats: ['QRCode'], tryHarder: true, maxNumberOfSymbols: 1 })
  return results[0]?.text ?? ''
}
