import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { pushToDevices } from '../../functions/wallet/apple-push.ts'
import { ensureWalletFile } from '../../functions/wallet/local-wallet-file.ts'
import { parseWalletSettings } from '../../functions/wallet/wallet-settings.ts'
import { startApns } from '../fixtures/wallet-servers.ts'

const folder = await mkdtemp(path.join(os.tmpdir(), 'apple-push-'))
const file = path.join(folder, 'wallet.json')
await ensureWalletFile(file)
const { apple } = parseWalletSettings(await readFile(file, 'utf8'), file)
assert.ok(apple)
const passType = apple.passTypeIdentifier
const apns = await startApns({ topic: passType, authority: apple.intermediate })
setDefaultCACertificates([...getCACertificates(), apns.certificate ?? ''])
const settings = { ...apple, pushServer: apns.url }
after(async () => {
  apns.stop()
  await rm(folder, { recursive: true })
})

test('devices are told over one connection with the certificate of the pass type, each once, as APNs demands it', async () => {
  const tokens = Array.from({ length: 250 }, (_, at) => at.toString(16).padStart(64, '0'))
  const devices = [...tokens, ...tokens.slice(0, 5)].map((pushToken) => ({ passType, pushToken }))
  const outcomes = await pushToDevices(settings, devices)
  assert.deepEqual([...new Set(outcomes.map(({ outcome }) => outcome))], ['told'], JSON.stringify(apns.state.refused))
  assert.equal(outcomes.length, devices.length)
  assert.deepEqual(apns.state.pushes.map(({ token }) => token).toSorted(), tokens.toSorted())
  assert.equal(apns.state.sessions, 1)
})

test('a device that is gone is told from one to try later, after the time that APNs asks for', async () => {
  const answers = [
    ['aa', { status: 410, reason: 'Unregistered' }, { outcome: 'gone', reason: 'Unregistered' }],
    ['bb', { status: 400, reason: 'BadDeviceToken' }, { outcome: 'gone', reason: 'BadDeviceToken' }],
    ['cc', { status: 429, reason: 'TooManyRequests' }, { outcome: 'later', reason: '429 TooManyRequests' }],
    [
      'dd',
      { status: 503, reason: 'ServiceUnavailable', retryAfter: '7' },
      { outcome: 'later', reason: '503 ServiceUnavailable', waitSeconds: 7 },
    ],
    ['ee', { status: 403, reason: 'BadCertificate' }, { outcome: 'later', reason: '403 BadCertificate' }],
  ] as const
  for (const [token, answer] of answers) apns.state.answers.set(token, [answer])
  const outcomes = await pushToDevices(
    settings,
    answers.map(([pushToken]) => ({ passType, pushToken })),
  )
  assert.deepEqual(
    outcomes,
    answers.map(([, , outcome]) => outcome),
  )
})

test('a pass type that the certificate is not for, and a server that does not answer, are tried later', async () => {
  const [other] = await pushToDevices(settings, [{ passType: 'pass.other', pushToken: 'aa' }])
  assert.deepEqual(other, { outcome: 'later', reason: 'OtherPassType' })
  const [unreached] = await pushToDevices({ ...settings, pushServer: 'https://localhost:9' }, [{ passType, pushToken: 'aa' }])
  assert.equal(unreached?.outcome, 'later')
})
