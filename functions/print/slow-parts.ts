const costly = {
  filter: /filter\s{0,9}:\s{0,9}(?!none)/gi,
  shadow: /shadow\s{0,9}:\s{0,9}(?!none)/gi,
  gradient: /gradient\(/gi,
  mask: /mask(?:-image)?\s{0,9}:\s{0,9}(?!none)/gi,
  'blend mode': /blend-mode\s{0,9}:/gi,
  'SVG filter': /<filter\b/gi,
  'SVG pattern': /<pattern\b/gi,
  'reused drawing': /<use\b/gi,
}
const manyElements = 5_000
const largePictureBytes = 300_000

/** Lists and counts the parts of a filled ticket that are slow to print, or else names its size. */
export function listSlowParts(html: string): string {
  const counted = Object.entries(costly).flatMap(([name, pattern]) => {
    const count = html.match(pattern)?.length ?? 0
    return count > 0 ? [`${count} ${name}${count === 1 ? '' : 's'}`] : []
  })
  const elements = html.split('<').length
  const pictures = html.match(/data:image\/[a-z+]+[^"')]*/gi) ?? []
  const largest = Math.max(0, ...pictures.map(({ length }) => length))
  const parts = [
    ...(elements > manyElements ? [`${elements} tags`] : []),
    ...(largest > largePictureBytes ? [`a picture of ${Math.round((largest * 3) / 4000)} KB`] : []),
    ...counted,
  ]
  return parts.join(', ') || `${elements} tags in ${Math.ceil(html.length / 1000)} KB of HTML`
}

/** The advice for a ticket that takes too long to print. */
export const slowAdvice = 'avoid shadows, filters and large pictures, or shorten it'
