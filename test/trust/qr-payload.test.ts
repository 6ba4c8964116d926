import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isCompactPayload, isQrPayload } from '../../functions/contract/qr-payload.ts'
import { importKeys, parseToken, verifyTicket } from '../../functions/trust/offline-verify.ts'
import {
  compactHeadOf,
  keyIdOf,
  readJsonPayload,
  writeCompactPayload,
  writeJsonPayload,
  writeSamplePayload,
} from '../../functions/trust/qr-payload.ts'
import vectors from '../../functions/trust/test-vectors.json' with { type: 'json' }

const facts = {
  ticketCode: 'TC-2026-7ZK3M9QX4T2B',
  eventId: 456,
  guestId: 123,
  issuedAt: new Date('2026-01-02T03:04:05Z'),
  expiresAt: new Date('2026-02-02T03:04:05Z'),
}
const kids = Array.from({ length: 256 }, (_, kid) => kid)

test('the self-contained verifier reads from a compact payload what was written, for every key id', () => {
  for (const kid of kids) {
    const payload = writeCompactPayload(kid, facts, (content) => Buffer.alloc(64, content.length))
    const token = parseToken(payload)
    assert.deepEqual({ kid: token?.kid, facts: token?.facts }, { kid, facts })
    assert.equal(keyIdOf(payload), kid)
    assert.ok(isCompactPayload(payload) && isQrPayload(payload))
  }
})

test('the head of a key begins its payloads and those of no other key', () => {
  const heads = kids.map(compactHeadOf)
  assert.equal(new Set(heads).size, kids.length)
  for (const ticketCode of ['TC-2026-000000000000', 'TC-2026-ZZZZZZZZZZZZ'])
    for (const kid of kids)
      assert.ok(writeCompactPayload(kid, { ...facts, ticketCode }, () => Buffer.alloc(64)).startsWith(heads[kid] ?? ''))
})

test('a JSON payload is read back, has no key id, and has one spelling', () => {
  const withoutExpiry = { ...facts, expiresAt: null }
  const signature = Buffer.alloc(32, 7)
  const payload = writeJsonPayload(withoutExpiry, signature)
  assert.deepEqual(readJsonPayload(payload), { facts: withoutExpiry, signature })
  assert.equal(keyIdOf(payload), null)
  assert.ok(isQrPayload(payload) && !isCompactPayload(payload))
  assert.equal(readJsonPayload(payload.replace(',', ', ')), undefined)
})

test('a typed ticket code is no QR payload', () => {
  assert.equal(isQrPayload(facts.ticketCode), false)
})

test('a sample payload is as long as a real one, and refused by every key', async () => {
  const sample = writeSamplePayload(facts)
  const real = writeCompactPayload(7, facts, () => Buffer.alloc(64))
  assert.equal(sample.length, real.length)
  const [key] = vectors.keys.keys
  const keys = await importKeys({ keys: key ? [{ ...key, kid: '0' }] : [] })
  const verdict = await verifyTicket(sample, { keys, revocations: null, eventId: facts.eventId, now: facts.issuedAt })
  assert.equal(verdict.reason, 'bad_signature')
})
