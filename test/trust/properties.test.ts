import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { base32nopad, base64urlnopad } from '@scure/base'
import fc from 'fast-check'
import { makeDoorPasses } from '../../functions/trust/door-passes.ts'
import { makeGuestLinks } from '../../functions/trust/guest-links.ts'
import { importKeys, readRevocations, verifyTicket } from '../../functions/trust/offline-verify.ts'
import type { SigningKeys } from '../../functions/trust/signing-keys.ts'
import { makeTicketSigner } from '../../functions/trust/ticket-signer.ts'

// How many forgeries are tried in all; the long way is `npm run test:properties`.
const runs = Number(process.env.PROPERTY_RUNS ?? 5000)
const share = (part: number) => ({ numRuns: Math.ceil(runs * part) })

const kid = 3
const secret = randomBytes(32)
const ours = makeKeys()
const signer = makeTicketSigner(ours)
const forger = makeTicketSigner(makeKeys())
const doorKeys = await importKeys(signer.publicKeys())
const now = new Date('2026-06-12T10:00:00Z')

function makeKeys(): SigningKeys {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const { x = '' } = publicKey.export({ format: 'jwk' })
  return {
    signing: { kid, createdAt: new Date(0), privateKey },
    verifying: new Map([[kid, { kid, x, publicKey }]]),
    kids: new Set([kid]),
    hmac: secret,
    links: secret,
  }
}

const id = fc.oneof(
  fc.integer({ min: 1, max: 300 }),
  fc
    .maxSafeNat()
    .map((value) => value + 1)
    .filter(Number.isSafeInteger),
)
const seconds = fc.integer({ min: 1_767_225_600, max: 1_798_761_599 }).map((value) => new Date(value * 1000))
const ticketCode = fc
  .array(fc.constantFrom(...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'), { minLength: 12, maxLength: 12 })
  .map((characters) => `TC-2026-${characters.join('')}`)
const facts = fc.record({ ticketCode, eventId: id, guestId: id, issuedAt: seconds, expiresAt: fc.constant(null) })

/** A way to change a text; it may come to nothing. */
type Change = (text: string) => string
const at = fc.nat()
const character = fc.oneof(
  fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=:.,{}" \n'),
  fc.string({ minLength: 1, maxLength: 2, unit: 'binary' }),
)
const splice = (text: string, from: number, [drop, put]: [number, string]) => text.slice(0, from) + put + text.slice(from + drop)
const textChange: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(at, character).map(
    ([place, put]): Change =>
      (text) =>
        splice(text, place % text.length, [1, put]),
  ),
  fc.tuple(at, character).map(
    ([place, put]): Change =>
      (text) =>
        splice(text, place % (text.length + 1), [0, put]),
  ),
  fc.tuple(at, fc.integer({ min: 1, max: 8 })).map(
    ([place, count]): Change =>
      (text) =>
        splice(text, place % text.length, [count, '']),
  ),
  at.map(
    (place): Change =>
      (text) =>
        text.slice(0, place % text.length),
  ),
  at.map(
    (place): Change =>
      (text) =>
        splice(text, place % (text.length - 1), [2, swapped(text, place % (text.length - 1))]),
  ),
  fc.constant<Change>((text) => text.toLowerCase()),
  fc.constant<Change>((text) => text + text),
)
const swapped = (text: string, place: number) => `${text[place + 1]}${text[place]}`

const bytesChange: fc.Arbitrary<(bytes: Buffer) => Buffer> = fc.oneof(
  fc.tuple(at, fc.nat(7)).map(([place, bit]) => (bytes: Buffer) => {
    bytes.writeUInt8(bytes.readUInt8(place % bytes.length) ^ (1 << bit), place % bytes.length)
    return bytes
  }),
  fc.tuple(at, fc.nat(255)).map(([place, put]) => (bytes: Buffer) => {
    const from = place % (bytes.length + 1)
    return Buffer.concat([bytes.subarray(0, from), Buffer.from([put]), bytes.subarray(from)])
  }),
  at.map(
    (place) => (bytes: Buffer) =>
      Buffer.concat([bytes.subarray(0, place % bytes.length), bytes.subarray((place % bytes.length) + 1)]),
  ),
)
const tokenChange: fc.Arbitrary<Change> = fc.oneof(
  textChange,
  bytesChange.map(
    (change): Change =>
      (token) =>
        `TK1:${base32nopad.encode(change(Buffer.from(base32nopad.decode(token.slice(4)))))}`,
  ),
)

const listChange: fc.Arbitrary<Change> = bytesChange.map(
  (change): Change =>
    (list) =>
      `TR1:${base64urlnopad.encode(change(Buffer.from(list.slice(4), 'base64url')))}`,
)

async function assertRefused(token: string, eventId: number): Promise<void> {
  assert.equal(signer.verify(token).facts, null, token)
  const revocations = { eventId, through: 0, expiresAt: new Date('2027-01-01'), retired: new Map() }
  assert.equal((await verifyTicket(token, { keys: doorKeys, revocations, eventId, now })).valid, false, token)
}

test(`none of ${share(0.4).numRuns} changed tokens is accepted`, async () => {
  const property = fc.asyncProperty(facts, tokenChange, async (subject, change) => {
    const token = signer.sign(subject, 'compact')
    const forged = change(token)
    fc.pre(forged !== token)
    await assertRefused(forged, subject.eventId)
  })
  await fc.assert(property, share(0.4))
})

test(`none of ${share(0.15).numRuns} tokens signed with another key, or spliced from two, is accepted`, async () => {
  const property = fc.asyncProperty(facts, facts, at, async (subject, other, place) => {
    await assertRefused(forger.sign(subject, 'compact'), subject.eventId)
    const [one, two] = [signer.sign(subject, 'compact'), signer.sign(other, 'compact')]
    const cut = 4 + (place % (one.length - 4))
    const mixed = one.slice(0, cut) + two.slice(two.length - (one.length - cut))
    if (mixed !== one && mixed !== two) await assertRefused(mixed, subject.eventId)
  })
  await fc.assert(property, share(0.15))
})

test(`none of ${share(0.15).numRuns} changed JSON payloads is accepted`, () => {
  const property = fc.property(facts, textChange, (subject, change) => {
    const payload = signer.sign(subject, 'json')
    const forged = change(payload)
    fc.pre(forged !== payload)
    assert.equal(signer.verify(forged).facts, null, forged)
  })
  fc.assert(property, share(0.15))
})

test(`none of ${share(0.15).numRuns} changed guest links is accepted`, () => {
  const links = makeGuestLinks({ secret, publicUrl: 'https://tickets.example.com', lifetimeDays: 365 })
  const purpose = fc.constantFrom('qr' as const, 'pdf' as const)
  const part = fc.constantFrom('expires' as const, 'signature' as const)
  const property = fc.property(fc.record({ purpose, ticketId: id, part }), textChange, id, (link, change, otherId) => {
    const query = Object.fromEntries(new URL(links.make(link.purpose, link.ticketId)).searchParams)
    const forged = { ...query, [link.part]: change(query[link.part] ?? '') }
    if (forged[link.part] !== query[link.part])
      assert.throws(() => links.check(link.purpose, link.ticketId, forged), JSON.stringify(forged))
    if (otherId !== link.ticketId) assert.throws(() => links.check(link.purpose, otherId, query))
    assert.throws(() => links.check(link.purpose === 'qr' ? 'pdf' : 'qr', link.ticketId, query))
  })
  fc.assert(property, share(0.15))
})

test(`none of ${share(0.1).numRuns} changed door passes is accepted`, () => {
  const doors = makeDoorPasses({ secret, publicUrl: 'https://tickets.example.com' })
  const property = fc.property(id, id, textChange, (doorId, eventId, change) => {
    const pass = doors.make({ doorId, eventId, expiresAt: new Date('2099-01-01') })
    assert.deepEqual(doors.read(pass), { doorId, eventId, expiresAt: new Date('2099-01-01') })
    const forged = change(pass)
    fc.pre(forged !== pass)
    assert.equal(doors.read(forged), undefined, forged)
  })
  fc.assert(property, share(0.1))
})

test(`none of ${share(0.05).numRuns} changed revocation lists is accepted`, async () => {
  const property = fc.asyncProperty(
    fc.array(ticketCode, { maxLength: 5 }),
    id,
    fc.oneof(textChange, listChange),
    async (codes, eventId, change) => {
      const count = codes.length
      const list = signer.signRevocations({
        ...{ eventId, after: 0, through: count, latest: count, issuedAt: now, expiresAt: new Date('2026-06-13T10:00:00Z') },
        retired: codes.map((code) => ({ ticketCode: code, reason: 'revoked' })),
      })
      assert.equal((await readRevocations([list], doorKeys, eventId)).through, count)
      const forged = change(list)
      fc.pre(forged !== list)
      await assert.rejects(readRevocations([forged], doorKeys, eventId), forged)
    },
  )
  await fc.assert(property, share(0.05))
})

test('any signed facts verify and read back unchanged', () => {
  const property = fc.property(
    facts,
    fc.option(seconds),
    fc.constantFrom('compact' as const, 'json' as const),
    (subject, expiresAt, format) => {
      const given = { ...subject, expiresAt: format === 'json' ? null : expiresAt }
      assert.deepEqual(signer.verify(signer.sign(given, format)), { facts: given, reason: null })
    },
  )
  fc.assert(property, { numRuns: 1000 })
})

test('arbitrary text is refused without an exception', async () => {
  const start = fc.constantFrom('', 'TK1:', 'TR1:', '{', '{"ticketId":')
  const property = fc.asyncProperty(
    start,
    fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.base64String()),
    async (prefix, rest) => {
      await assertRefused(prefix + rest, 1)
    },
  )
  await fc.assert(property, { numRuns: 1000 })
})
