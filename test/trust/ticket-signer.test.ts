import assert from 'node:assert/strict'
import { createHmac, createPublicKey, verify } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { base32nopad } from '@scure/base'
import { ensureKeyFile } from '../../functions/trust/key-file.ts'
import { readSigningKeys } from '../../functions/trust/signing-keys.ts'
import { makeTicketCode } from '../../functions/trust/ticket-code.ts'
import { makeTicketSigner } from '../../functions/trust/ticket-signer.ts'

const folder = await mkdtemp(path.join(os.tmpdir(), 'trust-test-'))
after(() => rm(folder, { recursive: true }))
const file = path.join(folder, 'signing-keys.json')
await ensureKeyFile(file)
const signer = makeTicketSigner(await readSigningKeys(file))
const facts = {
  ticketCode: 'TC-2026-7ZK3M9QX4T2B',
  eventId: 456,
  guestId: 123,
  issuedAt: new Date('2026-01-02T03:04:05.678Z'),
  expiresAt: null,
}

test('a key file is readable by its owner alone, and a second call leaves it as it is', async () => {
  const before = await readFile(file, 'utf8')
  await ensureKeyFile(file)
  assert.equal(await readFile(file, 'utf8'), before)
  assert.equal((await stat(file)).mode & 0o777, 0o600)
})

test('a malformed key file is refused with a message that shows no secret', async () => {
  const broken = path.join(folder, 'broken.json')
  await writeFile(broken, (await readFile(file, 'utf8')).replace('"Ed25519"', '"P-256"'))
  await assert.rejects(readSigningKeys(broken), /^Error: The signing keys in .* are malformed at ed25519\.0\.jwk\.crv\.$/)
  await assert.rejects(readSigningKeys(path.join(folder, 'absent.json')), /SIGNING_KEYS_FILE/)
})

test('a ticket code has the year and twelve characters that cannot be mistaken for others', () => {
  const codes = new Set(Array.from({ length: 2000 }, () => makeTicketCode(new Date('2026-06-01T00:00:00Z'))))
  assert.equal(codes.size, 2000)
  for (const code of codes) assert.match(code, /^TC-2026-[0-9A-HJKMNP-TV-Z]{12}$/)
})

test('a compact token carries its facts and a signature that the published key verifies', () => {
  const token = signer.sign(facts, 'compact')
  assert.match(token, /^TK1:[A-Z2-7]+$/)
  const bytes = Buffer.from(base32nopad.decode(token.slice(4)))
  const [body, signature] = [bytes.subarray(0, -64), bytes.subarray(-64)]
  assert.deepEqual([...body.subarray(0, 2)], [1, 1])
  const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
  const code = Array.from(
    { length: 12 },
    (_, at) => alphabet[Number((body.readBigUInt64BE(2) >> BigInt(55 - 5 * at)) & 31n)],
  ).join('')
  assert.equal(`TC-2026-${code}`, facts.ticketCode)
  assert.deepEqual([...body.subarray(10, 13)], [0xc8, 0x03, 123])
  assert.equal(body.readUInt32BE(13), Date.parse('2026-01-02T03:04:05Z') / 1000)
  assert.equal(body.readUInt32BE(17), 0)
  const [jwk] = signer.publicKeys().keys
  const key = createPublicKey({ key: { ...jwk }, format: 'jwk' })
  assert.ok(verify(null, Buffer.concat([Buffer.from('TK1:'), body]), key, signature))
  assert.ok(!verify(null, body, key, signature))
})

test('a compact token for the largest ids of 35 bits has at most 152 characters', () => {
  const largest = 2 ** 35 - 1
  assert.ok(signer.sign({ ...facts, eventId: largest, guestId: largest }, 'compact').length <= 152)
})

test('equal facts give equal tokens, any other fact another one', () => {
  const token = signer.sign(facts, 'compact')
  assert.equal(signer.sign({ ...facts }, 'compact'), token)
  for (const change of [
    { eventId: 457 },
    { guestId: 124 },
    { ticketCode: 'TC-2026-7ZK3M9QX4T2C' },
    { expiresAt: new Date(1000) },
  ])
    assert.notEqual(signer.sign({ ...facts, ...change }, 'compact'), token)
})

test('the JSON payload has the five fields of the specification and a full HMAC-SHA256', async () => {
  const payload = JSON.parse(signer.sign(facts, 'json'))
  assert.deepEqual(Object.keys(payload), ['ticketId', 'eventId', 'guestId', 'signature', 'timestamp'])
  assert.equal(payload.timestamp, '2026-01-02T03:04:05Z')
  const { hmac } = JSON.parse(await readFile(file, 'utf8'))
  const expected = createHmac('sha256', Buffer.from(hmac, 'base64'))
    .update('TC-2026-7ZK3M9QX4T2B:456:123:2026-01-02T03:04:05Z')
    .digest('hex')
  assert.equal(payload.signature, expected)
})

test('published keys hold no private part', () => {
  assert.deepEqual(Object.keys(signer.publicKeys().keys[0] ?? {}), ['kty', 'crv', 'x', 'kid', 'use', 'alg'])
})
