import { blot, seam } from './blot-mustaches.ts'

/**
 * Tells whether what an address names comes with the document: data, a part of it, or what a mustache gives.
 */
export function isCarried(address: string): boolean {
  return address === '' || /^(data:|#)/i.test(address) || address.startsWith(blot)
}

/** Tells whether an address runs a script. */
export function isScript(address: string): boolean {
  return /^(javascript|vbscript):/i.test(address.replace(/[\s\p{Cc}]/gu, ''))
}

/**
 * Lists the addresses that a value can be: one, or one for each branch of the block that it begins with. What
 * a browser ignores in an address is left out. URL Standard, "basic URL parser": tabs and line breaks
 * anywhere, blanks at both ends.
 */
export function addressesIn(value: string): string[] {
  const branches = startsWithSeam(value) ? value.split(seam) : [value]
  return branches.map((branch) => branch.replace(/[\t\n\r]/g, '').trim()).filter(Boolean)
}

/** Lists the addresses of a `srcset`. HTML, "parsing a srcset attribute". */
export function candidatesIn(value: string): string[] {
  const addresses: string[] = []
  const candidate = /[\s,]*([^\s,]\S*)/y
  for (let match = candidate.exec(value); match; match = candidate.exec(value)) {
    const [, address = ''] = match
    addresses.push(address.replace(/,+$/, ''))
    if (!address.endsWith(',')) candidate.lastIndex = endOfDescriptors(value, candidate.lastIndex)
  }
  return addresses
}

/** Shortens what a message quotes. */
export function short(text = ''): string {
  const plain = text.slice(0, longestQuote).replaceAll(blot, '').replaceAll(seam, '').trim()
  return plain.length > 60 ? `${plain.slice(0, 57)}…` : plain
}

/** So much of a text is looked at to find the 60 characters that a message quotes. */
const longestQuote = 1_000

/** Tells whether a block stands before everything else of a value. */
function startsWithSeam(value: string): boolean {
  return value.slice(0, value.length - value.trimStart().length).includes(seam)
}

/** Finds the comma that ends a candidate's descriptors; one in brackets does not. */
function endOfDescriptors(value: string, from: number): number {
  let depth = 0
  for (let index = from; index < value.length; index++) {
    const character = value[index]
    if (character === ',' && depth === 0) return index
    depth += character === '(' ? 1 : character === ')' && depth > 0 ? -1 : 0
  }
  return value.length
}
