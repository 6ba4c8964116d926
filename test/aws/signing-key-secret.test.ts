import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { fillKeySecret, openKeySecret } from '../../functions/aws/signing-key-secret.ts'
import { secretCheckSeconds } from '../../functions/contract/retries.ts'
import { openKeyRing } from '../../functions/runtime/signing-key-source.ts'
import { addKey, makeKeySet, writeKeySet } from '../../functions/trust/key-set.ts'
import { runTickets } from '../bin/command-line.ts'
import { secretArn, startSecretsManager } from '../fixtures/secrets-manager.ts'

const keys = makeKeySet()
const manager = await startSecretsManager(writeKeySet(keys))
after(() => manager.stop())
const { state } = manager
const checkMs = secretCheckSeconds * 1000
const env = {
  AWS_ENDPOINT_URL: manager.endpoint,
  AWS_ACCESS_KEY_ID: 'a',
  AWS_SECRET_ACCESS_KEY: 's',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  // A secret on the command line goes before it.
  SIGNING_KEYS_FILE: 'absent.json',
}
Object.assign(process.env, env)
beforeEach(() => {
  Object.assign(state, { content: writeKeySet(keys), version: 'first', fault: undefined, reads: 0, tokens: [], onRead: () => {} })
})

const ring = () => openKeyRing({ SIGNING_KEYS_FILE: undefined, SIGNING_KEYS_SECRET_ARN: secretArn })
const someoneRotates = (version: string) => Object.assign(state, { content: writeKeySet(addKey(keys).keys), version })
const tickets = async (...words: string[]) => await runTickets(['keys', ...words, '--secret', secretArn], { env })
const secretsOf = ({ hmac, links, ed25519 }: typeof keys) => [hmac, links, ...ed25519.flatMap(({ jwk }) => jwk.d ?? [])]
const showsNoSecret = (text: string) => {
  for (const secret of secretsOf(keys)) assert.ok(!text.includes(secret.slice(0, 8)))
}

test('the keys of a secret sign and verify as those of a file, and many askers read it once', async () => {
  const open = ring()
  const [first, second] = await Promise.all([open(), open()])
  assert.equal(first, second)
  assert.equal(await open(), first)
  assert.deepEqual([first.signing.kid, first.verifying.size, state.reads], [1, 1, 1])
  assert.equal(first.hmac.toString('base64'), keys.hmac)
})

test('a rotation takes effect at the next check, and unchanged keys stay the same object', async (context) => {
  context.mock.timers.enable({ apis: ['Date'], now: Date.now() })
  const open = ring()
  const first = await open()
  context.mock.timers.tick(checkMs)
  assert.equal(await open(), first)
  someoneRotates('second')
  context.mock.timers.tick(checkMs - 1)
  assert.equal(await open(), first)
  context.mock.timers.tick(1)
  const later = await open()
  assert.deepEqual([later.signing.kid, later.verifying.size, state.reads], [2, 2, 3])
})

for (const fault of ['hang up', { status: 500, type: 'InternalServiceError' }, { status: 400, type: 'ThrottlingException' }])
  test(`known keys outlive an outage (${JSON.stringify(fault)}), and the next ones count once it is over`, async (context) => {
    context.mock.timers.enable({ apis: ['Date'], now: Date.now() })
    const open = ring()
    const first = await open()
    Object.assign(state, { fault })
    context.mock.timers.tick(checkMs)
    assert.equal(await open(), first)
    Object.assign(state, { fault: undefined })
    someoneRotates('second')
    assert.equal(await open(), first)
    context.mock.timers.tick(checkMs)
    assert.equal((await open()).signing.kid, 2)
  })

test('without cached keys an outage is an error that names the secret, and the next call tries again', async () => {
  const open = ring()
  state.fault = 'hang up'
  await assert.rejects(open(), (error: Error) => error.message.startsWith(`Secrets Manager is unavailable for ${secretArn}`))
  state.fault = undefined
  assert.equal((await open()).signing.kid, 1)
})

test('access denied is not an outage: cached keys are no longer used', async (context) => {
  context.mock.timers.enable({ apis: ['Date'], now: Date.now() })
  const open = ring()
  await open()
  state.fault = { status: 400, type: 'AccessDeniedException' }
  context.mock.timers.tick(checkMs)
  await assert.rejects(open(), /refuses .*AccessDeniedException/)
})

test('malformed keys are refused without showing them', async () => {
  const whole = writeKeySet(keys)
  for (const content of [whole.slice(0, -20), JSON.stringify({ ...keys, ed25519: [] }), keys.hmac, '']) {
    Object.assign(state, { content })
    await assert.rejects(ring()(), (error: Error) => {
      showsNoSecret(`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`)
      return /malformed/.test(error.message)
    })
  }
})

test('the environment names a file or a secret, and not both', () => {
  const both = { SIGNING_KEYS_FILE: 'keys.json', SIGNING_KEYS_SECRET_ARN: secretArn }
  assert.throws(() => openKeyRing(both), /exactly one of them: both are set/)
  const neither = { SIGNING_KEYS_FILE: undefined, SIGNING_KEYS_SECRET_ARN: undefined }
  assert.throws(() => openKeyRing(neither), /exactly one of them: neither is set/)
})

test('a concurrent change is refused, and the first one stays', async () => {
  state.onRead = () => someoneRotates('of somebody else')
  const before = state.tokens.length
  await assert.rejects(openKeySecret(secretArn).rotate(), /Somebody else changed .* Try again/)
  assert.deepEqual([state.version, state.tokens.length], ['of somebody else', before])
})

test('the commands rotate, retire and list the keys of a secret, and show no secret', async () => {
  const rotated = await tickets('rotate')
  assert.deepEqual(
    [rotated.code, rotated.stdout],
    [0, 'Key 2 signs from now on; a running service applies it within 303 seconds.\n'],
  )
  const retired = await tickets('retire', '--kid', '1')
  assert.equal(retired.code, 0, retired.stderr)
  assert.match(retired.stdout, new RegExp(`--key 1 --reissue --secret ${secretArn}`))
  assert.equal(JSON.parse(state.content).ed25519.find(({ kid }: { kid: number }) => kid === 1).jwk.d, undefined)
  assert.equal(new Set(state.tokens).size, 2)
  const again = await tickets('retire', '--kid', '1')
  assert.deepEqual([again.code, state.tokens.length], [0, 2])
  const listed = await tickets('list')
  assert.match(listed.stdout, / 1 {2}retired .*\n {2}2 {2}signs/)
  for (const { stdout, stderr } of [rotated, retired, again, listed]) showsNoSecret(stdout + stderr)
  assert.equal((await ring()()).signing.kid, 2)
})

test('a command says what is wrong with the secret, and takes one place only', async () => {
  state.fault = { status: 400, type: 'ResourceNotFoundException' }
  const absent = await tickets('list')
  assert.equal(absent.code, 2)
  assert.match(absent.stderr, /Secrets Manager refuses .*ResourceNotFoundException/)
  const both = await tickets('list', '--file', 'keys.json')
  assert.equal(both.code, 2)
  assert.match(both.stderr, /cannot be used with/)
  const named = await runTickets(['keys', 'list', '--secret', 'signing-keys'], { env })
  assert.match(named.stderr, /--secret must be the ARN of a secret/)
})

test('an empty secret is filled with keys, and existing keys are kept', async () => {
  await fillKeySecret(secretArn)
  assert.deepEqual(state.tokens, [])
  for (const nothing of [{ content: '' }, { version: '' }]) {
    Object.assign(state, nothing)
    await fillKeySecret(secretArn)
    assert.equal((await openKeySecret(secretArn).read()).keys.ed25519.length, 1)
  }
  assert.equal(state.tokens.length, 2)
  state.fault = { status: 400, type: 'AccessDeniedException' }
  await assert.rejects(fillKeySecret(secretArn), /refuses .*AccessDeniedException/)
})
