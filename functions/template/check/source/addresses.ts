import { blot, seam } from './blot-mustaches.ts'

/** Checks whether a ticket carries what an address refers to: data, a part of itself, or a mustache's value. */
export function isCarried(address: string): boolean {
  return address === '' || /^(data:|#)/i.test(address) || address.startsWith(blot)
}

/** Checks whether an address runs a script. */
export function isScript(address: string): boolean {
  return /^(javascript|vbscript):/i.test(address.replace(/[\s\p{Cc}]/gu, ''))
}

/** An address in an attribute's value: as a browser reads it, and its position. */
export interface PlacedAddress {
  address: string
  start: number
  end: number
}

/** Lists the addresses that `addressesAt` finds. */
export function addressesIn(value: string): string[] {
  return addressesAt(value).map(({ address }) => address)
}

/**
 * Finds the possible addresses of a value: one, or one for each branch of a block at its start. Drops the characters
 * that a browser ignores in an address: tabs and line breaks anywhere, white space at both ends (URL Standard, "basic
 * URL parser").
 */
export function addressesAt(value: string): PlacedAddress[] {
  return (startsWithSeam(value) ? branchesOf(value) : [{ text: value, start: 0 }]).flatMap(({ text, start }) => {
    const address = text.replace(/[\t\n\r]/g, '').trim()
    if (!address) return []
    return [{ address, start: start + text.length - text.trimStart().length, end: start + text.trimEnd().length }]
  })
}

/** Lists the addresses that `candidatesAt` finds. */
export function candidatesIn(value: string): string[] {
  return candidatesAt(value).map(({ address }) => address)
}

/** Finds the addresses of a `srcset` in each branch of its blocks (HTML, "parsing a srcset attribute"). */
export function candidatesAt(value: string): PlacedAddress[] {
  return branchesOf(value).flatMap(({ text, start }) => {
    const addresses: PlacedAddress[] = []
    const candidate = /[\s,]*([^\s,]\S*)/y
    for (let match = candidate.exec(text); match; match = candidate.exec(text)) {
      const [, written = ''] = match
      const end = candidate.lastIndex
      addresses.push({ address: written.replace(/,+$/, ''), start: start + end - written.length, end: start + end })
      if (!written.endsWith(',')) candidate.lastIndex = endOfDescriptors(text, end)
    }
    return addresses
  })
}

/** Splits a value at the seams of its blocks. */
function branchesOf(value: string): { text: string; start: number }[] {
  let end = -seam.length
  return value.split(seam).map((text) => {
    const start = end + seam.length
    end = start + text.length
    return { text, start }
  })
}

/** Shortens text for a message. */
export function short(text = ''): string {
  const plain = text.slice(0, longestQuote).replaceAll(blot, '').replaceAll(seam, '').trim()
  return plain.length > 60 ? `${plain.slice(0, 57)}…` : plain
}

/** The number of characters that are searched for the 60 that a message quotes. */
const longestQuote = 1_000

/** Checks whether a value begins with a block. */
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
