import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os, { cpus } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { PKPass } from 'passkit-generator'
import { writePkpass } from '../../functions/domain/links/open-wallet.ts'
import { makeWallets, openWalletSettings } from '../../functions/runtime/wallet-source.ts'
import { ensureWalletFile } from '../../functions/wallet/local-wallet-file.ts'
import type { PassTicket } from '../../functions/wallet/pass-ticket.ts'
import { eventually } from '../fixtures/eventually.ts'
import { nextEventId } from '../fixtures/ids.ts'
import { startService } from '../fixtures/running-service.ts'
import { startApns } from '../fixtures/wallet-servers.ts'
import { writeTable } from './markdown-table.ts'
import { quantile } from './statistics.ts'

/**
 * `npm run bench:wallet` prints how long an Apple Wallet pass takes here and with the usual library, and how soon a
 * change of an event reaches the stand-in for APNs.
 */
const warmUp = 20
const passCount = 300
const changeCount = 20
const ticket: PassTicket = {
  eventId: 456,
  title: 'Tech Conference 2024',
  ticketCode: 'TC-2024-7ZK3M9QX4T2B',
  payload: `TK1:${'AEAX'.repeat(36)}`,
  startsAt: new Date('2026-06-12T18:30:00Z'),
  // passkit-generator 3.6.1 rejects an event without an end: it does not know Apple's `date` alone.
  endsAt: new Date('2026-06-12T22:00:00Z'),
  expiresAt: undefined,
  isRevoked: false,
  locale: 'en',
  facts: [
    { name: 'date', label: 'Date', value: 'Friday, 12 June 2026 at 20:30' },
    { name: 'place', label: 'Place', value: 'Palais des Congrès, Paris' },
    { name: 'holder', label: 'Ticket holder', value: 'Zoé Lefèvre' },
  ],
}

const folder = await mkdtemp(path.join(os.tmpdir(), 'bench-wallet-'))
const file = path.join(folder, 'wallet.json')
await ensureWalletFile(file)
const { apple: settings } = JSON.parse(await readFile(file, 'utf8'))
const { apple } = await makeWallets(await openWalletSettings({ WALLET_FILE: file, WALLET_SECRET_ARN: undefined })())
if (!apple) throw new Error('The file that was made has nothing for Apple Wallet.')
const files = Object.fromEntries(apple.make(ticket).map(({ name, content }) => [name, content]))

/** Makes the same pass as the usual library does. */
function makeByPeer(): Buffer {
  const { certificate: signerCert, privateKey: signerKey, intermediate: wwdr } = settings
  const { signature: _s, 'manifest.json': _m, ...content } = files
  return new PKPass(content, { signerCert, signerKey, wwdr }).getAsBuffer()
}

async function measure(name: string, make: () => Buffer | Promise<Buffer>, target: string): Promise<string[]> {
  for (let made = 0; made < warmUp; made++) await make()
  const each: number[] = []
  const cpu = process.cpuUsage()
  for (let made = 0; made < passCount; made++) {
    const startedAt = performance.now()
    await make()
    each.push(performance.now() - startedAt)
  }
  const { user, system } = process.cpuUsage(cpu)
  const cpuMs = (user + system) / 1000 / passCount
  return [name, ...[quantile(each, 0.5), quantile(each, 0.99), cpuMs].map((ms) => `${ms.toFixed(1)} ms`), target]
}

process.stdout.write(`${cpus().length} cores, ${cpus()[0]?.model}, Node ${process.version}\n\n`)
const rows = [
  await measure('.pkpass, signed', () => writePkpass(apple, ticket, { date: new Date() }), '≤ 20 ms'),
  await measure('the same by passkit-generator', makeByPeer, ''),
]
process.stdout.write(writeTable(['one after the other', 'median', '99th percentile', 'CPU time each', 'target'], rows))
process.stdout.write(
  `\n${writeTable(['a change of the event, to the stand-in for APNs', 'median', 'longest', 'target'], [await measurePushes()])}`,
)
await rm(folder, { recursive: true })

/** Saves a pass as a phone does, moves its event again and again, and measures until its device is told. */
async function measurePushes(): Promise<string[]> {
  const apns = await startApns({ topic: settings.passTypeIdentifier })
  await writeFile(file, JSON.stringify({ apple: { ...settings, pushServer: apns.url } }))
  const service = await startService({ renderers: 1, scheduleSeconds: 60, environment: { WALLET_FILE: file } })
  const call = async (method: string, path: string, body?: object) => (await service.call(method, path, body)).json.data
  const eventId = nextEventId()
  const move = (location: string) =>
    call('PUT', `/api/events/${eventId}`, { title: 'Gala', startsAt: '2036-06-12T18:30:00Z', timezone: 'UTC', location })
  await move('Zénith')
  const data = { firstName: 'Zoé', lastName: 'Lefèvre', email: 'zoe@example.com' }
  const { ticketId } = await call('POST', '/api/tickets/generate', { eventId, guestId: 1, data })
  const { links } = await call('GET', `/api/tickets/${ticketId}`)
  // The entries of the archive are stored as they are.
  const pass = await (await fetch(links.appleWalletUrl)).text()
  const read = (name: string) => new RegExp(`"${name}":"([^"]+)"`).exec(pass)?.[1]
  const devices = `${read('webServiceURL')}/v1/devices/bench/registrations`
  const registered = await fetch(`${devices}/${settings.passTypeIdentifier}/${read('serialNumber')}`, {
    method: 'POST',
    headers: { authorization: `ApplePass ${read('authenticationToken')}`, 'content-type': 'application/json' },
    body: JSON.stringify({ pushToken: 'aa01' }),
  })
  if (registered.status !== 201) throw new Error(`Registering answered ${registered.status}.`)
  const each: number[] = []
  for (let change = 0; change <= changeCount; change++) {
    await eventually('the device is told', () => apns.state.pushes.length > change, 20_000)
    if (change === changeCount) break
    // Changes come at any moment between two looks.
    await delay(Math.random() * 2000)
    const startedAt = performance.now()
    await move(`Hall ${change}`)
    await eventually('the device is told', () => apns.state.pushes.length > change + 1, 20_000)
    each.push((apns.state.pushes.at(-1)?.at ?? 0) - startedAt)
  }
  await service.stop()
  apns.stop()
  return [`${changeCount} changes`, ...[0.5, 1].map((part) => `${(quantile(each, part) / 1000).toFixed(2)} s`), '≤ 5 s']
}
