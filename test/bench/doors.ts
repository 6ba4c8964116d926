import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Reentry } from '../../functions/contract/schemas/requests.ts'
import { insertSingleJob } from '../../functions/database/jobs.ts'
import { writeTickets } from '../../functions/domain/tickets/write-tickets.ts'
import { openClients } from '../../functions/runtime/clients.ts'
import { EntryModel, type ModelUpload } from '../fixtures/entry-model.ts'
import { startService } from '../fixtures/running-service.ts'
import type { DoorsOrder, DoorsReport } from './doors-load.ts'
import { writeTable } from './markdown-table.ts'
import { quantile } from './statistics.ts'

/**
 * `npm run bench:doors` prints how quickly one service answers many doors, and how long the uploads after a day
 * offline take. DOORS_SECONDS shortens the first part.
 */
const [doorCount, perSecond, seconds] = [50, 20, Number(process.env.DOORS_SECONDS ?? 60)]
const [deviceCount, scansEach] = [20, 5_000]
const scansPerUpload = 500
const threads = 2

const service = await startService()
const { call, sql } = service
const clients = await openClients(['sql', 'signer'])

process.stdout.write(`${cpus().length} cores, ${cpus()[0]?.model}, Node ${process.version}\n\n`)
const rows = [...(await measureDoors()), ...(await measureUploads())]
process.stdout.write(writeTable(['door scans', 'measured', 'target'], rows))
await service.stop()
process.exit(0)

interface Ticket {
  id: number
  code: string
}

async function openEvent(eventId: number, reentry: Reentry, ticketCount: number): Promise<Ticket[]> {
  const facts = { title: 'Festival', startsAt: '2026-06-12T09:00:00Z', timezone: 'UTC', location: 'Here', entry: { reentry } }
  await call('PUT', `/api/events/${eventId}`, facts)
  await sql`INSERT INTO guests (event_id, id, first_name) SELECT ${eventId}, id, 'Ada' FROM generate_series(1, ${ticketCount}) id`
  const jobId = await insertSingleJob(clients.sql, { eventId, templateId: 1, templateVersion: 1 })
  const guestIds = Array.from({ length: ticketCount }, (_, at) => at + 1)
  const order = { jobId, eventId, templateId: 1, templateVersion: 1 }
  await clients.sql.begin((transaction) => writeTickets({ ...clients, sql: transaction }, order, guestIds))
  await sql`UPDATE generated_tickets SET created_at = NOW() - INTERVAL '1 day' WHERE event_id = ${eventId}`
  await sql`ANALYZE generated_tickets`
  return [...(await sql<Ticket[]>`SELECT id, ticket_code AS code FROM generated_tickets WHERE event_id = ${eventId} ORDER BY id`)]
}

async function openDoors(eventId: number, count: number): Promise<string[]> {
  const passes: string[] = []
  for (let door = 1; door <= count; door++)
    passes.push((await call('POST', `/api/events/${eventId}/doors`, { label: `Door ${door}` })).json.data.pass)
  return passes
}

/** Scans each ticket at three doors or so, at about the same time. */
async function measureDoors(): Promise<string[][]> {
  const eventId = 1
  const scanCount = doorCount * perSecond * seconds
  const tickets = await openEvent(eventId, 'none', Math.ceil(scanCount / 3))
  const passes = await openDoors(eventId, doorCount)
  const doors = passes.map((pass, door) => ({
    pass,
    scans: Array.from({ length: perSecond * seconds }, (_, at) => {
      const { id, code } = tickets[Math.floor((at * doorCount + door) / 3)] ?? { id: 0, code: '' }
      return { ticketId: id, code }
    }),
  }))
  await Promise.all([
    once(
      startDoors({ doors: doors.map((door) => ({ ...door, scans: door.scans.slice(0, 1) })), startAt: Date.now() }),
      'message',
    ),
  ])
  await sql`DELETE FROM ticket_entries`
  await sql`UPDATE generated_tickets SET inside = FALSE, entry_count = 0, first_entry_at = NULL WHERE event_id = ${eventId}`
  await sql`ALTER TABLE generated_tickets DISABLE TRIGGER check_ins_of_before_are_followed`
  await sql`UPDATE generated_tickets SET checked_in_at = NULL WHERE event_id = ${eventId}`
  const startAt = Date.now() + 2000
  const share = Math.ceil(doors.length / threads)
  const parts = Array.from({ length: threads }, (_, at) => doors.slice(at * share, (at + 1) * share))
  const reports = await Promise.all(
    parts.map(async (part) => (await once(startDoors({ doors: part, startAt }), 'message'))[0] as DoorsReport),
  )
  const milliseconds = reports.flatMap((report) => report.milliseconds)
  const statuses = reports.flatMap((report) => report.statuses)
  const lost = statuses.filter((status) => status !== 200 && status !== 409).length
  const [counted] = await sql`
    SELECT COUNT(*) FILTER (WHERE entries = 1) AS once, COUNT(*) AS tickets FROM (
      SELECT COUNT(*) FILTER (WHERE outcome = 'admitted') AS entries FROM ticket_entries WHERE event_id = ${eventId} GROUP BY ticket_id) ticket`
  const admitted = statuses.filter((status) => status === 200).length
  assert.deepEqual([counted?.once, admitted], [counted?.tickets, counted?.tickets])
  return [
    [
      `${doorCount} doors × ${perSecond} scans a second for ${seconds} s: median`,
      `${quantile(milliseconds, 0.5).toFixed(1)} ms`,
      '',
    ],
    ['95th percentile', `${quantile(milliseconds, 0.95).toFixed(1)} ms`, '≤ 100 ms'],
    ['99th percentile', `${quantile(milliseconds, 0.99).toFixed(1)} ms`, ''],
    ['lost, of all scans', `${lost} of ${statuses.length}`, '0'],
    ['tickets with exactly one first entry', `${counted?.once} of ${counted?.tickets}`, 'all'],
  ]
}

function startDoors(order: Pick<DoorsOrder, 'doors' | 'startAt'>): Worker {
  return new Worker(join(import.meta.dirname, 'doors-load.ts'), { workerData: { url: service.url, perSecond, ...order } })
}

/** Uploads what devices scanned in a day offline, and compares each outcome with the model's. */
async function measureUploads(): Promise<string[][]> {
  const eventId = 2
  const tickets = await openEvent(eventId, 'after_exit', (deviceCount * scansEach) / 4)
  const passes = await openDoors(eventId, deviceCount)
  const models = tickets.map(() => new EntryModel('after_exit'))
  const now = Date.now()
  const minutes = 24 * 60 - 1
  // Of four scans of a ticket, two are made by one device, so that each upload is judged by those before it.
  const uploads = Array.from({ length: scansEach / scansPerUpload }, (_, round) =>
    passes.map((pass, device) => ({
      pass,
      scans: Array.from({ length: scansPerUpload }, (_, at) => makeScan(device, round * scansPerUpload + at)),
    })),
  )
  const startedAt = performance.now()
  let wrong = 0
  for (const round of uploads) {
    const answers = await Promise.all(round.map(({ pass, scans }) => upload(pass, scans)))
    for (const [device, answer] of answers.entries())
      for (const [at, { outcome, reason }] of answer.scans.entries()) {
        const scan = round[device]?.scans[at]
        const expected = scan && models[scan.index]?.upload([scan.model], minutes)[0]
        if ((reason ?? outcome) !== expected) wrong++
      }
  }
  const took = (performance.now() - startedAt) / 1000
  return [
    [`${deviceCount * scansEach} offline scans from ${deviceCount} devices, uploaded`, `${took.toFixed(1)} s`, '≤ 60 s'],
    ['outcomes that differ from the model’s', `${wrong}`, '0'],
  ]

  function makeScan(device: number, at: number) {
    const index = Math.floor((device * scansEach) / 4) + (at % (scansEach / 4))
    const direction = at % 3 === 2 ? ('out' as const) : ('in' as const)
    const said = (at * 7919 + device * 31) % minutes
    const model: ModelUpload = { scanId: randomUUID(), direction, ticket: 0, said }
    const scannedAt = new Date(now - (minutes - said) * 60_000).toISOString()
    return {
      index,
      model,
      body: { scanId: model.scanId, direction, scannedAt, code: tickets[index]?.code, gate: `Gate ${device}` },
    }
  }

  async function upload(
    pass: string,
    scans: { body: object }[],
  ): Promise<{ scans: { outcome: string; reason: string | null }[] }> {
    const headers = { authorization: `Door ${pass}`, 'content-type': 'application/json' }
    const body = JSON.stringify({ scans: scans.map((scan) => scan.body) })
    const response = await fetch(`${service.url}/door/api/events/${eventId}/scans`, { method: 'POST', headers, body })
    const answer = await response.json()
    assert.equal(response.status, 200, JSON.stringify(answer))
    return answer.data
  }
}
