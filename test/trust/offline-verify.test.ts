import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importKeys, readRevocations, verifyTicket } from '../../functions/trust/offline-verify.ts'
import vectors from '../../functions/trust/test-vectors.json' with { type: 'json' }

const { eventId } = vectors.door
const now = new Date(vectors.door.now)
const [good] = vectors.tickets.filter(({ valid }) => valid)
const token = good?.token ?? ''

test('keys of other types and with impossible ids are ignored', async () => {
  const [key] = vectors.keys.keys
  const others = ['256', '-1', '07', 'abc', undefined].map((kid) => ({
    kty: 'OKP',
    crv: 'Ed25519',
    ...(key && { x: key.x }),
    ...(kid && { kid }),
  }))
  const set = [
    ...others,
    { kty: 'EC', crv: 'P-256', x: key?.x ?? '', kid: '8' },
    { kty: 'OKP', crv: 'Ed25519', x: 'AAAA', kid: '9' },
  ]
  assert.deepEqual([...(await importKeys({ keys: [...set, ...(key ? [key] : [])] })).keys()], [7])
})

test("with no list, another event's or an expired one, a person decides about a good ticket", async () => {
  const keys = await importKeys(vectors.keys)
  const revocations = await readRevocations(vectors.door.revocations, keys, eventId)
  const reasonWith = async (list: typeof revocations | null, at = now) =>
    (await verifyTicket(token, { keys, revocations: list, eventId, now: at })).reason
  assert.equal(await reasonWith(revocations), null)
  assert.equal(await reasonWith(null), 'stale_revocations')
  assert.equal(await reasonWith({ ...revocations, eventId: 457 }), 'stale_revocations')
  assert.equal(await reasonWith(revocations, new Date(revocations.expiresAt.getTime() - 1)), null)
  assert.equal(await reasonWith(revocations, revocations.expiresAt), 'stale_revocations')
})

test('an expired list still revokes its codes', async () => {
  const keys = await importKeys(vectors.keys)
  const revocations = await readRevocations(vectors.door.revocations, keys, eventId)
  const revoked = vectors.tickets.find(({ reason }) => reason === 'revoked')?.token ?? ''
  const late = new Date('2030-01-01T00:00:00Z')
  assert.equal((await verifyTicket(revoked, { keys, revocations, eventId, now: late })).reason, 'revoked')
})
