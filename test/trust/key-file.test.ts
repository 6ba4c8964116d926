import assert from 'node:assert/strict'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, beforeEach, test } from 'node:test'
import { ensureKeyFile, readKeyFile, retireKey, rotateKey } from '../../functions/trust/key-file.ts'
import { openKeyFile } from '../../functions/trust/key-ring.ts'
import { readSigningKeys } from '../../functions/trust/signing-keys.ts'
import { makeTicketSigner } from '../../functions/trust/ticket-signer.ts'

const folder = await mkdtemp(path.join(os.tmpdir(), 'key-file-test-'))
after(() => rm(folder, { recursive: true }))
let file = ''
beforeEach(async () => {
  file = path.join(await mkdtemp(path.join(folder, 'keys-')), 'signing-keys.json')
  await ensureKeyFile(file)
})

const facts = {
  ticketCode: 'TC-2026-7ZK3M9QX4T2B',
  eventId: 1,
  guestId: 2,
  issuedAt: new Date(1_767_225_600_000),
  expiresAt: null,
}
const open = async () => makeTicketSigner(await readSigningKeys(file))

test('a rotated file signs with the new key and still verifies the old one', async () => {
  const old = (await open()).sign(facts, 'compact')
  const added = await rotateKey(file)
  assert.equal(added.kid, 2)
  const signer = await open()
  assert.equal(signer.verify(old).reason, null)
  assert.equal((await readSigningKeys(file)).signing.kid, 2)
  assert.deepEqual(
    signer.publicKeys().keys.map(({ kid }) => kid),
    ['1', '2'],
  )
})

test('a retired key neither signs nor verifies, is not published, and its private part is gone', async () => {
  const old = (await open()).sign(facts, 'compact')
  await rotateKey(file)
  const { retired, added } = await retireKey(file, 1)
  assert.equal(added, undefined)
  assert.ok(retired.retiredAt)
  const signer = await open()
  assert.equal(signer.verify(old).reason, 'unknown_key')
  assert.equal(signer.isCurrent(old), false)
  assert.deepEqual([signer.hasKey(1), signer.hasKey(2)], [false, true])
  assert.equal(signer.publicKeys().keys.length, 1)
  assert.equal((await readKeyFile(file)).ed25519[0]?.jwk.d, undefined)
})

test('retiring the only key makes a new one in the same write, so that a leak is mended by one command', async () => {
  const { added } = await retireKey(file, 1)
  assert.equal(added?.kid, 2)
  assert.equal((await readSigningKeys(file)).signing.kid, 2)
  assert.equal((await retireKey(file, 1)).added, undefined)
  assert.equal((await readKeyFile(file)).ed25519.length, 2)
})

test('a kid is never used again, and an unknown one is named', async () => {
  await retireKey(file, 1)
  await retireKey(file, 2)
  assert.equal((await rotateKey(file)).kid, 4)
  await assert.rejects(retireKey(file, 9), /No key in .* has the id 9/)
})

test('after kid 255 comes 0', async () => {
  const keys = await readKeyFile(file)
  await writeFile(file, JSON.stringify({ ...keys, ed25519: keys.ed25519.map((key) => ({ ...key, kid: 255 })) }))
  assert.equal((await rotateKey(file)).kid, 0)
})

test('the file stays readable by its owner alone, and nothing is left beside it', async () => {
  await chmod(file, 0o644)
  await rotateKey(file)
  assert.equal((await stat(file)).mode & 0o777, 0o600)
  assert.deepEqual(await readdir(path.dirname(file)), ['signing-keys.json'])
})

test("two concurrent commands keep each other's changes", async () => {
  const results = await Promise.allSettled([rotateKey(file), rotateKey(file)])
  const written = results.filter(({ status }) => status === 'fulfilled').length
  assert.equal((await readKeyFile(file)).ed25519.length, 1 + written)
})

test('an open key file gives the same keys until they change, and then the new ones without a restart', async () => {
  const ring = openKeyFile(file, 0)
  const [first, second] = await Promise.all([ring(), ring()])
  assert.equal(first, second)
  assert.equal(await ring(), first)
  await rotateKey(file)
  assert.equal((await ring()).signing.kid, 2)
})

test('the file is not checked for changes at every call', async () => {
  const ring = openKeyFile(file, 3600)
  const first = await ring()
  await rotateKey(file)
  assert.equal(await ring(), first)
})

test('a file that names a kid twice, or a key without its private part, is refused without a word of its secrets', async () => {
  const content = await readFile(file, 'utf8')
  const keys = JSON.parse(content)
  const [key] = keys.ed25519
  await writeFile(file, JSON.stringify({ ...keys, ed25519: [key, key] }))
  await assert.rejects(readSigningKeys(file), /malformed at ed25519\.$/)
  await writeFile(file, JSON.stringify({ ...keys, ed25519: [{ ...key, jwk: { ...key.jwk, d: undefined } }] }))
  await assert.rejects(
    readSigningKeys(file),
    (error: Error) => !error.message.includes(keys.hmac) && /malformed/.test(error.message),
  )
})
