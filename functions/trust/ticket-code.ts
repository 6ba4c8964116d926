import { randomInt } from 'node:crypto'

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const length = 12

/**
 * Makes a ticket code, `TC-<year>-<12 characters of Crockford base32>`: 60 random bits, so that nobody guesses one and a
 * billion codes collide with a chance of less than one half.
 * @param issuedAt The moment that the QR token names too; the code carries its year in UTC.
 */
export function makeTicketCode(issuedAt: Date): string {
  const characters = Array.from({ length }, () => alphabet[randomInt(alphabet.length)])
  return `TC-${issuedAt.getUTCFullYear()}-${characters.join('')}`
}

/** Packs the 12 characters of a ticket code into 8 bytes, big-endian; the 4 highest bits are zero. */
export function packTicketCode(code: string): Uint8Array {
  const bits = [...code.slice(-length)].reduce((value, character) => value * 32n + BigInt(alphabet.indexOf(character)), 0n)
  const bytes = new DataView(new ArrayBuffer(8))
  bytes.setBigUint64(0, bits)
  return new Uint8Array(bytes.buffer)
}

/**
 * Reads a ticket code as a person types it: in any case, with spaces around it, and with O for 0 and I or L for 1, as Crockford's base32
 * allows. Gives the code as it is written on tickets, or undefined for what cannot be one; U stands for nothing.
 */
export function readTicketCode(typed: string): string | undefined {
  const [, year, characters] = /^TC-([0-9OIL]{4})-([0-9A-TV-Z]{12})$/.exec(typed.trim().toUpperCase()) ?? []
  if (!year || !characters) return undefined
  return `TC-${forgive(year)}-${forgive(characters)}`
}

function forgive(characters: string): string {
  return characters.replaceAll('O', '0').replaceAll(/[IL]/g, '1')
}
