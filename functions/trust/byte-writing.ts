import { sign } from 'node:crypto'
import type { SigningKeys } from './signing-keys.ts'

/** Writes a whole number as unsigned LEB128, in as few bytes as possible. */
export function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
  return Uint8Array.from([...bytes, rest])
}

/** Writes a whole number in four bytes, big-endian. */
export function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** Converts a moment to whole seconds since 1970. */
export function epochSeconds(moment: Date): number {
  return Math.floor(moment.getTime() / 1000)
}

/** Writes a signed list: the prefix, then base64url of the body and the Ed25519 signature over prefix and body. */
export function writeSigned(prefix: string, body: Uint8Array, { privateKey }: SigningKeys['signing']): string {
  const signature = sign(null, Buffer.concat([Buffer.from(prefix), body]), privateKey)
  return prefix + Buffer.concat([body, signature]).toString('base64url')
}
