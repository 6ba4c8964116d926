// One file for scanners: it imports nothing and uses Web Crypto, so that browsers, Node and Deno run it as it is.
// The formats are specified in token-format.md.

/** The facts that a token vouches for. */
export interface TokenFacts {
  ticketCode: string
  eventId: number
  guestId: number
  issuedAt: Date
  expiresAt: Date | null
}

/** A parsed token, not verified yet. `codeBits` are the 60 bits of the code. */
export interface ParsedToken {
  kid: number
  codeBits: bigint
  facts: TokenFacts
  signedBytes: Uint8Array<ArrayBuffer>
  signature: Uint8Array<ArrayBuffer>
}

/** A parsed revocation list, not verified yet: the revoked codes number `after` + 1 to `through`. */
export interface ParsedRevocations {
  kid: number
  eventId: number
  after: number
  through: number
  latest: number
  issuedAt: Date
  expiresAt: Date
  retired: Map<bigint, RetiredReason>
  signedBytes: Uint8Array<ArrayBuffer>
  signature: Uint8Array<ArrayBuffer>
}

/** Why a code was revoked. */
export type RetiredReason = 'revoked' | 'superseded'

/** The imported public keys of a JWK set, by key id. */
export type DoorKeys = ReadonlyMap<number, CryptoKey>

/** A door's knowledge of an event's revoked codes: all up to number `through`, valid until `expiresAt`. */
export interface Revocations {
  eventId: number
  through: number
  expiresAt: Date
  retired: ReadonlyMap<bigint, RetiredReason>
}

/** What a door decides by: its event, the public keys, the revoked codes and the time. */
export interface DoorKnowledge {
  keys: DoorKeys
  revocations: Revocations | null
  eventId: number
  now: Date
}

/**
 * A door's decision. With `stale_revocations` the ticket is otherwise valid, but the list of revoked codes is
 * missing or expired: the staff decide.
 */
export type Verdict =
  | { valid: true; reason: null; facts: TokenFacts }
  | { valid: false; reason: 'malformed' | 'unknown_key' | 'bad_signature'; facts: null }
  | { valid: false; reason: 'unknown' | 'expired' | RetiredReason | 'stale_revocations'; facts: TokenFacts }

/** Imports the Ed25519 keys (RFC 8037) of a JWK set (RFC 7517) that have a token's key id; skips others. */
export async function importKeys(set: { keys: { kty: string; crv?: string; x?: string; kid?: string }[] }): Promise<DoorKeys> {
  const entries = set.keys.flatMap(({ kty, crv, x, kid }) => {
    const raw = kty === 'OKP' && crv === 'Ed25519' && x ? decodeCharacters(x, base64url) : undefined
    return raw?.length === 32 && kid && /^(0|[1-9][0-9]{0,2})$/.test(kid) && Number(kid) < 256 ? [{ raw, kid: Number(kid) }] : []
  })
  return new Map(
    await Promise.all(
      entries.map(
        async ({ raw, kid }) => [kid, await crypto.subtle.importKey('raw', raw, 'Ed25519', false, ['verify'])] as const,
      ),
    ),
  )
}

/** Decides whether to let the bearer of a QR code in. */
export async function verifyTicket(text: string, { keys, revocations, eventId, now }: DoorKnowledge): Promise<Verdict> {
  const token = parseToken(text)
  if (!token) return { valid: false, reason: 'malformed', facts: null }
  const key = keys.get(token.kid)
  if (!key) return { valid: false, reason: 'unknown_key', facts: null }
  if (!(await crypto.subtle.verify('Ed25519', key, token.signature, token.signedBytes)))
    return { valid: false, reason: 'bad_signature', facts: null }
  const { facts } = token
  const retired = revocations?.eventId === eventId ? revocations.retired.get(token.codeBits) : undefined
  if (facts.eventId !== eventId) return { valid: false, reason: 'unknown', facts }
  if (retired) return { valid: false, reason: retired, facts }
  if (facts.expiresAt && facts.expiresAt <= now) return { valid: false, reason: 'expired', facts }
  if (revocations?.eventId !== eventId || revocations.expiresAt <= now)
    return { valid: false, reason: 'stale_revocations', facts }
  return { valid: true, reason: null, facts }
}

/** The reason to refuse a set of revocation lists; that of a single list is the same as for a token. */
export type ListsReason = 'malformed' | 'unknown_key' | 'bad_signature' | 'unknown' | 'missing'

/** An error for a set of revocation lists that a door must not rely on. */
export class RevocationsError extends Error {
  readonly reason: ListsReason

  constructor(reason: ListsReason, message: string) {
    super(message)
    this.reason = reason
  }
}

/**
 * Joins revocation lists. The first must begin with the first code ever revoked, and each later one no later
 * than the previous ones end. The newest list's expiry applies. @throws RevocationsError that names the list.
 */
export async function readRevocations(lists: readonly string[], keys: DoorKeys, eventId: number): Promise<Revocations> {
  const retired = new Map<bigint, RetiredReason>()
  let [through, latest] = [0, 0]
  let newest: ParsedRevocations | undefined
  for (const [index, text] of lists.entries()) {
    const list = await verifyList(text, keys, index)
    if (list.eventId !== eventId) throw new RevocationsError('unknown', `Revocation list ${index} is for event ${list.eventId}.`)
    if (list.after > through)
      throw new RevocationsError('missing', `Codes number ${through + 1} to ${list.after} are missing before list ${index}.`)
    for (const [code, reason] of list.retired) retired.set(code, reason)
    through = Math.max(through, list.through)
    latest = Math.max(latest, list.latest)
    if (!newest || list.issuedAt >= newest.issuedAt) newest = list
  }
  if (!newest || through < latest)
    throw new RevocationsError('missing', `Codes after number ${through} are missing: fetch the next list.`)
  return { eventId, through, expiresAt: newest.expiresAt, retired }
}

async function verifyList(text: string, keys: DoorKeys, index: number): Promise<ParsedRevocations> {
  const list = parseRevocations(text)
  if (!list) throw new RevocationsError('malformed', `Revocation list ${index} is malformed.`)
  const key = keys.get(list.kid)
  if (!key) throw new RevocationsError('unknown_key', `Revocation list ${index} is signed with the unknown key ${list.kid}.`)
  if (!(await crypto.subtle.verify('Ed25519', key, list.signature, list.signedBytes)))
    throw new RevocationsError('bad_signature', `The signature of revocation list ${index} is wrong.`)
  return list
}

/** Parses a token; undefined if it is malformed, or not the one canonical spelling of its facts. */
export function parseToken(text: string): ParsedToken | undefined {
  return readSigned(text, { prefix: 'TK1:', coding: base32 }, (reader) => {
    const kid = reader.byte()
    const codeBits = reader.uint64()
    if (codeBits >> 60n !== 0n) throw new Malformed()
    const [eventId, guestId] = [reader.id(), reader.id()]
    const [issuedAt, expiry] = [reader.moment(), reader.uint32()]
    const ticketCode = `TC-${issuedAt.getUTCFullYear()}-${writeCode(codeBits)}`
    const expiresAt = expiry === 0 ? null : new Date(expiry * 1000)
    return { kid, codeBits, facts: { ticketCode, eventId, guestId, issuedAt, expiresAt } }
  })
}

/** Parses a revocation list; undefined if it is malformed, or not the one canonical spelling of its content. */
export function parseRevocations(text: string): ParsedRevocations | undefined {
  return readSigned(text, { prefix: 'TR1:', coding: base64url }, (reader) => {
    const [kid, eventId] = [reader.byte(), reader.id()]
    const [after, through, latest] = [reader.varint(), reader.varint(), reader.varint()]
    if (through > latest) throw new Malformed()
    const [issuedAt, expiresAt, count] = [reader.moment(), reader.moment(), reader.varint()]
    // This also rejects an `after` beyond `through`.
    if (count > through - after) throw new Malformed()
    const retired = new Map<bigint, RetiredReason>()
    for (let at = 0; at < count; at++) {
      const entry = reader.uint64()
      if (entry >> 60n > 1n) throw new Malformed()
      retired.set(entry & codeMask, entry >> 60n === 1n ? 'superseded' : 'revoked')
    }
    return { kid, eventId, after, through, latest, issuedAt, expiresAt, retired }
  })
}

const formatVersion = 1
const signatureBytes = 64
const codeMask = (1n << 60n) - 1n
const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const base32 = makeCoding('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 5)
const base64url = makeCoding('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_', 6)

interface Coding {
  values: Int8Array
  bits: number
}

type Signed = { signedBytes: Uint8Array<ArrayBuffer>; signature: Uint8Array<ArrayBuffer> }

class Malformed extends Error {}

function readSigned<T>(
  text: string,
  { prefix, coding }: { prefix: string; coding: Coding },
  read: (reader: Reader) => T,
): (T & Signed) | undefined {
  const bytes = text.startsWith(prefix) ? decodeCharacters(text.slice(prefix.length), coding) : undefined
  if (!bytes || bytes.length <= signatureBytes) return undefined
  const body = bytes.subarray(0, bytes.length - signatureBytes)
  const signedBytes = new Uint8Array(prefix.length + body.length)
  signedBytes.set(new TextEncoder().encode(prefix))
  signedBytes.set(body, prefix.length)
  try {
    const reader = new Reader(body)
    if (reader.byte() !== formatVersion) return undefined
    const content = read(reader)
    return reader.isAtEnd() ? { ...content, signedBytes, signature: bytes.subarray(body.length) } : undefined
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

/** Reads a body from its start. Each method throws Malformed past the end, and for a value not in its shortest form. */
class Reader {
  readonly #view: DataView
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  isAtEnd(): boolean {
    return this.#at === this.#view.byteLength
  }

  byte(): number {
    return this.#view.getUint8(this.#take(1))
  }

  uint32(): number {
    return this.#view.getUint32(this.#take(4))
  }

  uint64(): bigint {
    return this.#view.getBigUint64(this.#take(8))
  }

  moment(): Date {
    return new Date(this.uint32() * 1000)
  }

  varint(): number {
    let value = 0
    for (let place = 1; place <= 2 ** 49; place *= 128) {
      const byte = this.byte()
      value += (byte & 127) * place
      if (byte < 128 && (byte > 0 || place === 1) && value <= Number.MAX_SAFE_INTEGER) return value
      if (byte < 128) break
    }
    throw new Malformed()
  }

  id(): number {
    const value = this.varint()
    if (value === 0) throw new Malformed()
    return value
  }

  #take(count: number): number {
    const from = this.#at
    this.#at += count
    if (this.#at > this.#view.byteLength) throw new Malformed()
    return from
  }
}

function makeCoding(alphabet: string, bits: number): Coding {
  const values = new Int8Array(128).fill(-1)
  for (let value = 0; value < alphabet.length; value++) values[alphabet.charCodeAt(value)] = value
  return { values, bits }
}

/** Decodes text without padding (RFC 4648); undefined for other characters, lengths or spare bits. */
function decodeCharacters(text: string, { values, bits }: Coding): Uint8Array<ArrayBuffer> | undefined {
  const bytes = new Uint8Array(Math.floor((text.length * bits) / 8))
  let held = 0
  let heldBits = 0
  let length = 0
  for (let at = 0; at < text.length; at++) {
    const value = values[text.charCodeAt(at)] ?? -1
    if (value < 0) return undefined
    held = (held << bits) | value
    heldBits += bits
    if (heldBits < 8) continue
    heldBits -= 8
    bytes[length++] = held >> heldBits
    held &= (1 << heldBits) - 1
  }
  return heldBits < bits && held === 0 ? bytes : undefined
}

function writeCode(bits: bigint): string {
  let rest = bits
  let code = ''
  for (let count = 0; count < 12; count++, rest >>= 5n) code = (crockford[Number(rest & 31n)] ?? '') + code
  return code
}
