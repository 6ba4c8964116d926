import { imageSize } from 'image-size'

/** Decodes the content of a `data:` URL, without its fragment. */
export function readDataUrl(url: string): Buffer {
  const comma = url.indexOf(',')
  const [body = ''] = url.slice(comma + 1).split('#', 1)
  const encoding = /;\s*base64\s*$/i.test(url.slice(Math.max(0, comma - 20), comma)) ? 'base64' : 'latin1'
  const text = encoding === 'base64' ? body : Buffer.from(body).toString('latin1')
  const bytes = text.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, encoding)
}

/** Measures a picture; other content, and a drawing without a size, has no pixels. */
export function measurePicture(content: Buffer): { width: number; height: number; type?: string | undefined } {
  try {
    return imageSize(content)
  } catch {
    return { width: 0, height: 0 }
  }
}
