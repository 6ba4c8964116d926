import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { eventually } from '../fixtures/eventually.ts'
import { makeStateFolder, type RunningServer, startServer, survivors } from '../fixtures/local-server.ts'
import { makePreparedState } from '../fixtures/prepared-state.ts'

const publicUrl = 'https://tickets.example.com'
const environment = { PUBLIC_URL: publicUrl, RENDERERS: '1', LOCAL_SCHEDULE_SECONDS: '1', SWEEP_AFTER_SECONDS: '1' }
const batchId = 'restored'
const guestCount = 160

const backups = mkdtempSync(path.join(os.tmpdir(), 'backups-'))
const folders = [backups]
const servers: RunningServer[] = []
after(async () => {
  for (const server of servers) if (survivors([server.pid]).length > 0) await server.end('SIGKILL')
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

// On AWS: the point in time of RDS, the bucket, and the copy of the keys in a vault.
const parts = { database: ['postgres', 'postgres-password'], keys: ['signing-keys.json', 'wallet.json'], bucket: ['aws'] }

/** Copies parts from one folder to another, with their owners. */
function copy(names: string[], { from, to }: { from: string; to: string }): void {
  execFileSync('cp', ['-a', ...names.map((name) => path.join(from, name)), to])
}

/** Starts the service on a state folder, and returns it with the calls that the rehearsal makes. */
async function start(stateFolder: string) {
  folders.push(stateFolder)
  const server = await startServer(stateFolder, environment)
  servers.push(server)
  const call = async (method: string, target: string, body?: unknown) => {
    const content = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
    const response = await fetch(`${server.url}${target}`, { method, ...content })
    const { success, data } = await response.json()
    assert.ok(success, `${method} ${target} answers ${response.status}`)
    return data
  }
  return {
    call,
    follow: () => call('GET', `/api/batches/${batchId}/status`),
    validate: async (code: string) => (await call('POST', '/api/tickets/validate', { code })).valid,
    /** Opens a guest link at the address that the service has now. */
    open: async (link: string) => (await fetch(link.replace(publicUrl, server.url))).status,
    end: (signal: NodeJS.Signals) => end(server, signal),
  }
}

type Service = Awaited<ReturnType<typeof start>>

/** Generates two tickets, revokes the second, and starts a batch. */
async function makeTickets({ call, follow }: Service) {
  const data = { firstName: 'Ada', lastName: 'Doe', email: 'a@example.com', ticketType: 'VIP' }
  await call('PUT', '/api/events/1', { title: 'Gala', startsAt: '2030-01-01T10:00:00Z', timezone: 'UTC', location: 'Paris' })
  const generate = (guestId: number) => call('POST', '/api/tickets/generate', { eventId: 1, guestId, data, templateId: 1 })
  const [good, revoked] = [await generate(1), await generate(2)]
  await call('POST', `/api/tickets/${revoked.ticketId}/revoke`, {})
  const guests = Array.from({ length: guestCount }, (_, index) => ({ guestId: index + 3, data }))
  await call('POST', '/api/tickets/batch', { eventId: 1, guests, templateId: 1, options: { batchId } })
  await eventually('some of the batch is printed', async () => (await follow()).processedCount > 0, 60_000)
  return { good, revoked }
}

async function untilEnded({ follow }: Service): Promise<void> {
  await eventually('the batch has ended', async () => (await follow()).status === 'completed', 60_000)
}

async function end(server: RunningServer, signal: NodeJS.Signals): Promise<void> {
  const pids = server.processes()
  await server.end(signal)
  await eventually('every process has ended', () => survivors(pids).length === 0, 30_000)
}

test('keys, database and bucket of different times are restored: old codes validate, links open, the batch goes on', async () => {
  const original = await makePreparedState()
  const first = await start(original)
  const { good, revoked } = await makeTickets(first)
  // The database as a crash leaves it, amid the batch; the bucket later, when the batch has ended.
  await first.end('SIGKILL')
  copy([...parts.database, ...parts.keys], { from: original, to: backups })
  const second = await start(original)
  await untilEnded(second)
  await second.end('SIGTERM')
  copy(parts.bucket, { from: original, to: backups })
  rmSync(original, { recursive: true })

  const restored = makeStateFolder()
  copy(Object.values(parts).flat(), { from: backups, to: restored })
  const third = await start(restored)
  assert.ok((await third.follow()).processedCount < guestCount, 'the database is that of the first backup')
  assert.deepEqual([await third.validate(good.ticketCode), await third.validate(revoked.ticketCode)], [true, false])
  assert.equal(await third.open(good.pdfUrl), 200)
  await untilEnded(third)
  const { generatedCount, tickets } = await third.follow()
  assert.equal(generatedCount, guestCount)
  for (const { pdfUrl, ticketCode } of tickets.slice(0, 5))
    assert.deepEqual([await third.open(pdfUrl), await third.validate(ticketCode)], [200, true])
  await third.end('SIGTERM')
})
