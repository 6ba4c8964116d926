import { decodeHTML } from 'entities'
import { templateLimits } from '../../../contract/template-check.ts'
import { measurePicture, readDataUrl } from './picture-data.ts'

/**
 * Checks the sizes of pictures in `data:` URLs of HTML or CSS, since a small file can decode to gigabytes.
 * Skips those in `known`, the template's assets, which were measured at upload. Without pictures, or with only a QR
 * code, it takes microseconds.
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
    // What looks like a quoted URL may be text before markup, which must be searched too.
    scheme.lastIndex = match.index + (url.includes('<') ? match[0].length : Math.max(url.length, match[0].length))
    if (url.length < shortest) continue
    characters += url.length
    if (characters > 3 * templateLimits.filledBytes) return 'has nested data: URLs'
    const { width, height } = measurePicture(readDataUrl(url.includes('&') ? decodeHTML(url) : url))
    pixels += width * height
    const most = templateLimits.imagePixels
    if (width * height > most) return `has a picture of ${width} × ${height} pixels; at most ${most} are allowed`
    if (pixels > mostTogether * most)
      return `has pictures of ${pixels} pixels; at most ${mostTogether * most} are allowed in total`
  }
  return undefined
}

const mostTogether = 4
const scheme = /data(?::|&colon;|&#0{0,9}58;?|&#x0{0,9}3a;?)/gi
const end = /["'<>)\s]/g
/** A URL of fewer characters is too short for a picture's header. */
const shortest = 40

function readUrl(html: string, from: number): string {
  const before = html[from - 1]
  const quoted = before === '"' || before === "'" ? html.indexOf(before, from) : -1
  if (quoted >= 0) return html.slice(from, quoted)
  end.lastIndex = from
  return html.slice(from, end.exec(html)?.index)
}
