import { type AssetType, templateLimits } from '../../../contract/template-check.ts'
import { findActing } from './drawing-check.ts'
import { measurePicture } from './picture-data.ts'
import { isWhole } from './whole-file.ts'

/** The type of an asset by its content, or the reason to reject it. */
export type AssetReading = { type: AssetType } | { problem: string }

/** Detects an asset's type by its content; rejects damaged files, huge pictures, and drawings that act. */
export function readAsset(content: Buffer, mostPixels: number = templateLimits.imagePixels): AssetReading {
  const font = fontTypes.get(content.subarray(0, 4).toString('latin1'))
  if (font) return isWhole(font, content) ? { type: font } : damaged
  const { width, height, type } = measurePicture(content)
  const picture = pictureTypes.get(type ?? '')
  if (!picture && /<svg\b/i.test(content.toString('latin1', 0, 4_096)))
    return { problem: 'must have a width and a height, or a viewBox, in its first <svg> tag' }
  if (!picture) return unknownType
  if (picture === 'image/svg+xml') return readDrawing(content)
  if (width * height > mostPixels) return { problem: `must be at most ${mostPixels} pixels, not ${width} × ${height}` }
  return isWhole(picture, content) ? { type: picture } : damaged
}

/** The problem of an asset of unknown type. */
export const unknownType = {
  problem: 'must be a PNG, JPEG, WebP, GIF or SVG picture, or a WOFF2, WOFF, TrueType or OpenType font',
} as const

/** The problem of an asset that is truncated, or that the browser cannot decode. */
export const damaged = { problem: 'is damaged or incomplete: it cannot be decoded' } as const

const fontTypes = new Map<string, AssetType>([
  ['wOF2', 'font/woff2'],
  ['wOFF', 'font/woff'],
  ['\0\x01\0\0', 'font/ttf'],
  ['true', 'font/ttf'],
  ['OTTO', 'font/otf'],
])

const pictureTypes = new Map<string, AssetType>([
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['webp', 'image/webp'],
  ['gif', 'image/gif'],
  ['svg', 'image/svg+xml'],
])

function readDrawing(content: Buffer): AssetReading {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(content)
    const acting = findActing(text)
    return acting ? { problem: `must be a drawing without ${acting.what}` } : { type: 'image/svg+xml' }
  } catch {
    return { problem: 'must be in UTF-8, since it is a drawing' }
  }
}
