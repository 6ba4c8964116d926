/**
 * Derives the name for `{{asset "…"}}` from a file name: unaccented letters, digits and hyphens, with a
 * lower-case letter first.
 */
export function nameAsset(fileName: string): string {
  const plain = fileName
    .replace(/\.[^.]*$/, '')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^[^A-Za-z]+|-+$/g, '')
    .slice(0, 40)
  return plain === '' ? 'asset' : plain.charAt(0).toLowerCase() + plain.slice(1)
}
