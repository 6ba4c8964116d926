import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import path from 'node:path'
import { test } from 'node:test'
import { runInNewContext } from 'node:vm'
import { failedVectors, type Verifier } from '../fixtures/verifier-vectors.ts'

const file = path.join(import.meta.dirname, '../../functions/trust/offline-verify.ts')
const source = stripTypeScriptTypes(await readFile(file, 'utf8')).replaceAll(/^export /gm, '')

/** Runs the source of a verifier with nothing but the language and Web Crypto. */
function run(code: string, webCrypto: unknown = crypto): Verifier {
  const globals = { crypto: webCrypto, TextEncoder, Uint8Array, DataView, ArrayBuffer, Date }
  return runInNewContext(`${code}; ({ importKeys, readRevocations, verifyTicket })`, globals)
}

type Verify = typeof crypto.subtle.verify

/** Web Crypto with another check of signatures. */
const withVerify = (verify: Verify) => ({ subtle: { importKey: crypto.subtle.importKey.bind(crypto.subtle), verify } })
const strictly: Verify = (...given) => crypto.subtle.verify(...given)

test('the verifier needs only the language and Web Crypto, and decides every test vector', async () => {
  assert.doesNotMatch(source, /\bimport\b(?! keys)|\brequire\b|\bprocess\b|\bBuffer\b/)
  assert.deepEqual(await failedVectors(run(source)), [])
})

/** Each rule of the format, broken in one place: what stands in the verifier, and what a wrong one would say. */
const mutations: [rule: string, right: string, wrong: string][] = [
  ['the prefix of tokens', "prefix: 'TK1:'", "prefix: ''"],
  ['the case of the prefix', 'text.startsWith(prefix)', 'text.toUpperCase().startsWith(prefix)'],
  ['no white space', 'text.startsWith(prefix) ?', '(text = text.trim()).startsWith(prefix) ?'],
  ['no white space within', 'text.slice(prefix.length), coding', "text.slice(prefix.length).replaceAll(' ', ''), coding"],
  [
    'capitals only',
    'text.slice(prefix.length), coding',
    '(coding === base32 ? text.toUpperCase() : text).slice(prefix.length), coding',
  ],
  ['no padding', 'text.slice(prefix.length), coding', "text.slice(prefix.length).replace(/=+$/, ''), coding"],
  ['the characters of base32', 'if (value < 0) return undefined', 'if (value < 0) continue'],
  ['no characters beyond ASCII', 'values[text.charCodeAt(at)]', "values[text.normalize('NFKC').charCodeAt(at)]"],
  [
    'no look-alikes',
    'values[text.charCodeAt(at)]',
    "values[(bits === 5 ? text.replace('0', 'O').replace('1', 'I') : text).charCodeAt(at)]",
  ],
  ['possible lengths', 'heldBits < bits && held === 0', 'held === 0'],
  ['spare bits', 'heldBits < bits && held === 0', 'heldBits < bits'],
  ['the version', 'reader.byte() !== formatVersion', 'reader.byte() > 99'],
  ['versions below', 'reader.byte() !== formatVersion', 'reader.byte() > formatVersion'],
  ['versions above', 'reader.byte() !== formatVersion', 'reader.byte() < formatVersion'],
  ['nothing left over', 'return reader.isAtEnd() ?', 'return true ?'],
  ['all reserved bits of the code', 'if (codeBits >> 60n !== 0n) throw new Malformed()', ''],
  ['the first reserved bit of the code', 'codeBits >> 60n !== 0n', 'codeBits >> 61n !== 0n'],
  ['the last reserved bit of the code', 'codeBits >> 60n !== 0n', '(codeBits >> 60n) % 8n !== 0n'],
  ['the shortest varint', '(byte > 0 || place === 1) && ', ''],
  ['the range of a varint', ' && value <= Number.MAX_SAFE_INTEGER', ''],
  ['the range of a varint, to the last number', 'value <= Number.MAX_SAFE_INTEGER', 'value <= 2 ** 53'],
  ['varints beyond 32 bits', 'value += (byte & 127) * place', 'value += ((byte & 127) * place) | 0'],
  ['the order of a varint', 'value += (byte & 127) * place', 'value = value * 128 + (byte & 127)'],
  [
    'varints of nine bytes and more',
    'place <= 2 ** 49; place *= 128',
    'place > 0; place = place > 2 ** 55 ? 2 ** -60 : place * 128',
  ],
  ['ids from 1', 'if (value === 0) throw new Malformed()', ''],
  ['times without a sign', 'this.#view.getUint32(', 'this.#view.getInt32('],
  ['big-endian times', 'getUint32(this.#take(4))', 'getUint32(this.#take(4), true)'],
  ['big-endian codes', 'getBigUint64(this.#take(8))', 'getBigUint64(this.#take(8), true)'],
  ['an expiry of 0 is none', 'expiry === 0 ? null : new Date(expiry * 1000)', 'new Date(expiry * 1000)'],
  ['an expiry of 1 is one', 'expiry === 0 ? null', 'expiry <= 1 ? null'],
  ['the year in UTC', 'issuedAt.getUTCFullYear()', 'new Date(issuedAt.getTime() + 3600e3).getUTCFullYear()'],
  ['all five bits of a character of the code', 'crockford[Number(rest & 31n)]', 'crockford[Number(rest & 15n)]'],
  ['the key of the kid', 'const key = keys.get(token.kid)', 'const key = keys.get(token.kid) ?? [...keys.values()][0]'],
  ['no other key', 'const key = keys.get(token.kid)', 'const key = keys.has(token.kid) ? [...keys.values()][0] : undefined'],
  [
    'the signature of tokens',
    "if (!(await crypto.subtle.verify('Ed25519', key, token.signature, token.signedBytes)))",
    'if (false)',
  ],
  ['the signed prefix', 'signedBytes.set(body, prefix.length)', 'signedBytes.set(body, prefix.length); signedBytes.set([0], 0)'],
  ['the event', "if (facts.eventId !== eventId) return { valid: false, reason: 'unknown', facts }", ''],
  ['the event before the lists', 'if (facts.eventId !== eventId) return', 'if (facts.eventId !== eventId && !retired) return'],
  ['the lists', 'if (retired) return { valid: false, reason: retired, facts }', ''],
  ['the lists before the expiry', 'if (retired) return', 'if (retired && !(facts.expiresAt && facts.expiresAt <= now)) return'],
  ['why a code was revoked', "entry >> 60n === 1n ? 'superseded'", "entry >> 60n === 2n ? 'superseded'"],
  [
    'codes are compared by their bits',
    'revocations.retired.get(token.codeBits)',
    "(facts.ticketCode.startsWith('TC-2026') ? revocations.retired.get(token.codeBits) : undefined)",
  ],
  ['the expiry', 'facts.expiresAt && facts.expiresAt <= now', 'false'],
  ['the second of the expiry', 'facts.expiresAt <= now', 'facts.expiresAt < now'],
  [
    'the expiry before the age of the lists',
    'if (facts.expiresAt && facts.expiresAt <= now)',
    'if (revocations && facts.expiresAt && facts.expiresAt <= now)',
  ],
  [
    'a list at all',
    'if (revocations?.eventId !== eventId || revocations.expiresAt <= now)',
    'if (revocations && revocations.expiresAt <= now)',
  ],
  [
    'the age of the lists',
    'if (revocations?.eventId !== eventId || revocations.expiresAt <= now)',
    'if (revocations?.eventId !== eventId)',
  ],
  ['the second of their expiry', 'revocations.expiresAt <= now', 'revocations.expiresAt < now'],
  [
    'an expired list still revokes',
    'revocations?.eventId === eventId ? revocations',
    'revocations?.expiresAt > now ? revocations',
  ],
  ['the prefix of lists', "prefix: 'TR1:'", "prefix: ''"],
  ['the latest number', 'if (through > latest) throw new Malformed()', ''],
  ['no end before the begin', 'count > through - after', 'count > Math.max(0, through - after)'],
  ['no more codes than numbers', 'if (count > through - after) throw new Malformed()', ''],
  ['fewer codes than numbers', 'count > through - after', 'count !== through - after'],
  ['the reserved bits of a revoked code', 'if (entry >> 60n > 1n) throw new Malformed()', ''],
  ['the last of them', 'entry >> 60n > 1n', '(entry >> 60n) % 8n > 1n'],
  ['the key of a list', 'const key = keys.get(list.kid)', 'const key = keys.get(list.kid) ?? [...keys.values()][0]'],
  [
    'no other key for a list',
    'const key = keys.get(list.kid)',
    'const key = keys.has(list.kid) ? [...keys.values()][0] : undefined',
  ],
  [
    'the signature of lists',
    "if (!(await crypto.subtle.verify('Ed25519', key, list.signature, list.signedBytes)))",
    'if (false)',
  ],
  ['the event of lists', 'if (list.eventId !== eventId)', 'if (false)'],
  ['no hole between lists', 'if (list.after > through)', 'if (false)'],
  ['the end of a list is its last number', 'through = Math.max(through, list.through)', 'through += list.retired.size'],
  ['lists may overlap', 'if (list.after > through)', 'if (list.after !== through)'],
  ['an older list takes nothing back', 'through = Math.max(through, list.through)', 'through = list.through'],
  ['complete up to the latest of all lists', 'latest = Math.max(latest, list.latest)', 'latest = list.latest'],
  ['a complete set', 'through < latest', 'false'],
  ['some list', '!newest || through < latest', 'newest && through < latest'],
  ['the newest list', '!newest || list.issuedAt >= newest.issuedAt', 'true'],
  ['the newest, not the longest', '!newest || list.issuedAt >= newest.issuedAt', '!newest || list.expiresAt >= newest.expiresAt'],
]

for (const [rule, right, wrong] of mutations)
  test(`the vectors guard: ${rule}`, async () => {
    assert.equal(source.split(right).length, 2, `"${right}" stands once in the verifier`)
    const failed = await failedVectors(run(source.replace(right, () => wrong))).catch(() => ['all'])
    assert.notDeepEqual(failed, [])
  })

const groupOrder = 2n ** 252n + 27742317777372353535851937790883648493n

const laxChecks: [rule: string, verify: Verify][] = [
  ['S below L', (algorithm, key, signature, data) => strictly(algorithm, key, reduce(signature), data)],
  [
    'R',
    async (algorithm, key, signature, data) => {
      const isZero = new Uint8Array(signature as ArrayBuffer).every((byte) => byte === 0)
      return isZero || (await strictly(algorithm, key, signature, data))
    },
  ],
]

for (const [rule, verify] of laxChecks)
  test(`the vectors guard what Ed25519 says of ${rule}`, async () => {
    assert.notDeepEqual(await failedVectors(run(source, withVerify(verify))), [])
  })

test('a verifier whose signatures are checked elsewhere decides the same', async () => {
  assert.deepEqual(await failedVectors(run(source, withVerify(strictly))), [])
})

/** Reduces the number S of a signature, as a verifier does that forgets RFC 8032, section 5.1.7. */
function reduce(signature: BufferSource): Buffer<ArrayBuffer> {
  const bytes = Buffer.from(signature as Uint8Array<ArrayBuffer>)
  const number = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString('hex')}`) % groupOrder
  Buffer.from(number.toString(16).padStart(64, '0'), 'hex').reverse().copy(bytes, 32)
  return bytes
}
