import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, test } from 'node:test'
import fc from 'fast-check'
import type { Reentry } from '../../../functions/contract/schemas/requests.ts'
import { insertSingleJob } from '../../../functions/database/jobs.ts'
import { checkInTicket } from '../../../functions/domain/scans/check-in-ticket.ts'
import { uploadScans } from '../../../functions/domain/scans/upload-scans.ts'
import { revokeTicket } from '../../../functions/domain/tickets/revoke-ticket.ts'
import { replaceTickets, writeTickets } from '../../../functions/domain/tickets/write-tickets.ts'
import { TicketGenerationError } from '../../../functions/errors.ts'
import { openClients } from '../../../functions/runtime/clients.ts'
import { EntryModel, type ModelUpload } from '../../fixtures/entry-model.ts'
import { registerEvent, service } from '../../fixtures/service.ts'

const runs = Number(process.env.ENTRY_RUNS ?? 60)
/** Runs at once, each with a guest of its own. */
const lanes = 6
const policies: Reentry[] = ['none', 'after_exit', 'unlimited']

const { call, sql } = service
const clients = await openClients(['sql', 'signer'])

const direction = fc.constantFrom('in' as const, 'in' as const, 'out' as const)
/** Which ticket or scan of those so far. */
const pick = fc.nat(3)
const shown = fc.record({
  direction,
  ticket: pick,
  stepsAgo: fc.integer({ min: -1, max: 12 }),
  repeats: fc.option(pick, { freq: 4 }),
})
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), direction, ticket: pick, repeats: fc.option(pick, { freq: 3 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('upload' as const), scans: fc.array(shown, { minLength: 1, maxLength: 4 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('undo' as const), direction, ticket: pick }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reissue' as const), ticket: pick }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('revoke' as const), ticket: pick }) },
)
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never

/** A guest's tickets in the service and in the model. */
interface Run {
  eventId: number
  guestId: number
  tickets: { id: number; code: string }[]
  model: EntryModel
  scanIds: { scanId: string; direction: 'in' | 'out' }[]
  /** Steps so far, and when the first began. */
  step: number
  startedAt: number
}

const events = new Map<Reentry, number>()
let lastGuest = 0

before(async () => {
  for (const reentry of policies) {
    const eventId = await registerEvent()
    const body = { title: 'Interleavings', startsAt: '2026-06-12T09:00:00Z', timezone: 'UTC', location: 'Here' }
    await call('PUT', `/api/events/${eventId}`, { ...body, entry: { reentry } })
    events.set(reentry, eventId)
  }
})

async function startRun(reentry: Reentry): Promise<Run> {
  const [eventId, guestId] = [events.get(reentry) ?? 0, ++lastGuest]
  await sql`INSERT INTO guests (event_id, id, first_name) VALUES (${eventId}, ${guestId}, 'Ada')`
  const jobId = await insertSingleJob(clients.sql, { eventId, templateId: 1, templateVersion: 1 })
  const order = { jobId, eventId, templateId: 1, templateVersion: 1 }
  await clients.sql.begin((transaction) => writeTickets({ ...clients, sql: transaction }, order, [guestId]))
  const tickets = await readTickets(eventId, guestId)
  return { eventId, guestId, tickets, model: new EntryModel(reentry), scanIds: [], step: 0, startedAt: Date.now() }
}

async function readTickets(eventId: number, guestId: number) {
  return [
    ...(await sql<{ id: number; code: string }[]>`
    SELECT id, ticket_code AS code FROM generated_tickets WHERE event_id = ${eventId} AND guest_id = ${guestId} ORDER BY id`),
  ]
}

/** Lets a step's time pass: what is stored happened ten minutes earlier, so that a slow machine changes no order. */
async function tick({ eventId, tickets }: Run): Promise<void> {
  const ids = tickets.map(({ id }) => id)
  await sql`
    WITH older AS (UPDATE generated_tickets SET created_at = created_at - INTERVAL '10 minutes', revoked_at = revoked_at - INTERVAL '10 minutes'
                   WHERE id = ANY(${ids}))
    UPDATE ticket_entries SET scanned_at = scanned_at - INTERVAL '10 minutes', device_time = device_time - INTERVAL '10 minutes'
    WHERE event_id = ${eventId} AND ticket_id = ANY(${ids})`
}

/** Returns an error code of the service, or null. */
async function codeOf(answer: Promise<unknown>): Promise<string | null> {
  return await answer.then(
    () => null,
    (error: unknown) => {
      if (error instanceof TicketGenerationError) return error.code
      throw error
    },
  )
}

function at<T>(list: readonly T[], index: number): T {
  return list[index % list.length] as T
}

function nextScan(run: Run, wanted: 'in' | 'out', repeats: number | null) {
  const again = repeats === null || run.scanIds.length === 0 ? undefined : at(run.scanIds, repeats)
  const scan = again ?? { scanId: randomUUID(), direction: wanted }
  if (!again) run.scanIds.push(scan)
  return scan
}

async function take(run: Run, one: Step): Promise<[unknown, unknown]> {
  const { model, step: now, eventId } = run
  if (one.kind === 'upload') return await takeUpload(run, one)
  const index = one.ticket % run.tickets.length
  const { id: ticketId } = at(run.tickets, index)
  if (one.kind === 'pass') {
    const scan = nextScan(run, one.direction, one.repeats)
    const expected = model.pass(index, { ...scan, at: now })
    return [await codeOf(checkInTicket(clients, { ...scan, ticketId, undo: false, door: null })), expected]
  }
  if (one.kind === 'undo') {
    const undone = checkInTicket(clients, { direction: one.direction, ticketId, undo: true, door: null })
    return [await codeOf(undone), model.undo(index, one.direction)]
  }
  if (one.kind === 'revoke') {
    const isValid = model.tickets[index]?.revokedAt === null
    model.revoke(index, now)
    return [isValid ? await codeOf(revokeTicket(clients, ticketId)) : null, null]
  }
  model.reissue(index, now)
  const jobId = await insertSingleJob(clients.sql, { eventId, templateId: 1, templateVersion: 1 })
  await clients.sql.begin((transaction) =>
    replaceTickets({ ...clients, sql: transaction }, { jobId, eventId, ticketIds: [ticketId] }),
  )
  run.tickets = await readTickets(eventId, run.guestId)
  return [run.tickets.length, model.tickets.length]
}

async function takeUpload(run: Run, { scans }: Extract<Step, { kind: 'upload' }>): Promise<[unknown, unknown]> {
  const wanted = scans.map((scan, index): ModelUpload => {
    // Between two steps, each at a moment of its own.
    const said = run.step - scan.stepsAgo - 0.5 - index / 100
    return { ...nextScan(run, scan.direction, scan.repeats), ticket: scan.ticket % run.tickets.length, said }
  })
  const expected = run.model.upload(wanted, run.step)
  const body = wanted.map(({ ticket, said, ...scan }) => ({
    ...{ ...scan, code: at(run.tickets, ticket).code },
    scannedAt: new Date(run.startedAt - Math.round((run.step - said) * 600_000)).toISOString(),
  }))
  const answer = await uploadScans(clients, { eventId: run.eventId, door: null }, { scans: body })
  return [answer.scans.map(({ outcome, reason }) => reason ?? outcome), expected]
}

async function compareTickets({ tickets, model }: Run): Promise<void> {
  const rows = await sql<{ inside: boolean; entry_count: number; checked_in_at: Date | null }[]>`
    SELECT inside, entry_count, checked_in_at FROM generated_tickets WHERE id = ANY(${tickets.map(({ id }) => id)}) ORDER BY id`
  for (const [index, { inside, entry_count, checked_in_at }] of rows.entries()) {
    // A superseded ticket keeps what it said when it was replaced.
    if (model.tickets[index]?.next) continue
    const entries = model.entries(index).length
    assert.deepEqual([inside, entry_count, checked_in_at !== null], [model.inside(index), entries, entries > 0])
  }
}

for (const reentry of policies)
  test(`${runs} random interleavings of scans, undos, revocations, reissues and uploads are as the model says, with re-entry ${reentry}`, async () => {
    const interleaving = fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 10 }), async (steps) => {
      const run = await startRun(reentry)
      for (const one of steps) {
        await tick(run)
        run.step += 1
        const [actual, expected] = await take(run, one)
        assert.deepEqual(actual, expected, JSON.stringify(one))
      }
      await compareTickets(run)
    })
    const numRuns = Math.ceil(runs / policies.length / lanes)
    await Promise.all(Array.from({ length: lanes }, () => fc.assert(interleaving, { numRuns })))
  })
