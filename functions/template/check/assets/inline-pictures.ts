import { imageSize } from 'image-size'
import { templateLimits } from '../../../contract/template-check.ts'

/**
 * Checks the sizes of pictures in `data:` URLs of HTML or CSS, since a small file can decode to gigabytes.
 * Skips those in `known`, the template's assets, which were measured at upload. Takes microseconds without
 * pictures or for a QR code.
 * @returns The problem, or undefined if all are within bounds.
 */
export function findHugePicture(html: string, known: readonly string[] = []): string | undefined {
  scheme.lastIndex = 0
  let [pixels, characters] = [0, 0]
  for (let match = scheme.exec(html); match; match = scheme.exec(html)) {
    const asset = known.find((url) => html.startsWith(url, match.index))
    if (asset) {
      scheme.lastIndex = match.index + asset.length
      continue
    }
    const url = readUrl(html, match.index)
    // What looks like a quoted URL may be text followed by markup, which must be searched too.
    scheme.lastIndex = match.index + (url.includes('<') ? match[0].length : Math.max(url.length, match[0].length))
    if (url.length < shortest) continue
    characters += url.length
    if (characters > 3 * templateLimits.filledBytes) return 'has data: URLs inside of one another'
    const { width, height } = measure(url)
    pixels += width * height
    const most = templateLimits.imagePixels
    if (width * height > most) return `has a picture of ${width} × ${height} pixels; at most ${most} are allowed`
    if (pixels > mostTogether * most)
      return `has pictures of ${pixels} pixels; at most ${mostTogether * most} are allowed together`
  }
  return undefined
}

const mostTogether = 4
const scheme = /data(?::|&colon;|&#0{0,9}58;?|&#x0{0,9}3a;?)/gi
const end = /["'<>)\s]/g
/** A URL of fewer characters is too short for a picture's header. */
const shortest = 40
const entities: Record<string, string> = {
  colon: ':',
  comma: ',',
  semi: ';',
  equals: '=',
  plus: '+',
  sol: '/',
  num: '#',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  amp: '&',
}

function readUrl(html: string, from: number): string {
  const before = html[from - 1]
  const quoted = before === '"' || before === "'" ? html.indexOf(before, from) : -1
  if (quoted >= 0) return html.slice(from, quoted)
  end.lastIndex = from
  return html.slice(from, end.exec(html)?.index)
}

function measure(url: string): { width: number; height: number } {
  const plain = url.includes('&') ? decodeEntities(url) : url
  const comma = plain.indexOf(',')
  const isBase64 = /;\s*base64\s*$/i.test(plain.slice(Math.max(0, comma - 20), comma))
  const body = plain.slice(comma + 1)
  try {
    const content = isBase64 ? Buffer.from(unescapePercent(body), 'base64') : Buffer.from(unescapePercent(body), 'latin1')
    return imageSize(content)
  } catch {
    // Not a picture, or a drawing without a size, which takes that of its place.
    return { width: 0, height: 0 }
  }
}

function decodeEntities(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#([0-9]{1,7})|([a-z]{2,6}));?/gi, (whole, hex, decimal, name) => {
    if (name) return entities[name.toLowerCase()] ?? whole
    const code = hex ? Number.parseInt(hex, 16) : Number(decimal)
    return code <= 0x10ffff ? String.fromCodePoint(code) : ''
  })
}

function unescapePercent(text: string): string {
  if (!text.includes('%')) return text
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
}
