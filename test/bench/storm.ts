import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startBatches } from '../fixtures/batch-service.ts'
import { nextEventId } from '../fixtures/ids.ts'
import { writeTable } from './markdown-table.ts'
import { quantile } from './statistics.ts'

/**
 * `npm run bench:storm` prints how long guests wait who all open links of outdated tickets within ten seconds, and
 * what single tickets take meanwhile. `--events` spreads the guests over more events.
 */
const { values } = parseArgs({
  options: { guests: { type: 'string', default: '500' }, events: { type: 'string', default: '1' } },
})
const guestCount = Number(values.guests)
const eventCount = Number(values.events)
const stormMs = 10_000
const generatePauseMs = 250
const warmUpTickets = 40
let lastGuest = warmUpTickets

/** A guest's way from the link to the file: how long it took, how often a page asked to wait, and what came. */
interface Visit {
  ms: number
  waits: number
  isTicket: boolean
}

const service = await startBatches({ scheduleSeconds: 60, environment: { DB_POOL_SIZE: '10' } })
const { accept, ended, registerGuests, request, sql } = service
try {
  const eventIds = Array.from({ length: eventCount }, () => nextEventId())
  const links = (await Promise.all(eventIds.map(printOutdated))).flat()
  const singles = nextEventId()
  for (let guestId = 1; guestId <= warmUpTickets; guestId++) await generate(singles, guestId)
  const quiet = await generateUntil(delay(stormMs / 2), singles)
  const storm = Promise.all(links.map(open))
  const busy = await generateUntil(storm, singles)
  report(await storm, { quiet, busy, prints: await countPrints(eventIds) })
} finally {
  await service.stop()
}

/** Prints an event's tickets, moves the event, and returns the links of its guests. */
async function printOutdated(eventId: number): Promise<string[]> {
  const guestIds = await registerGuests(eventId, Math.ceil(guestCount / eventCount))
  const { tickets } = await ended((await accept({ eventId, guestIds, templateId: 1 })).batchId)
  const event = { title: 'Jazz Night', startsAt: '2030-01-02T10:00:00Z', timezone: 'Europe/Paris', location: 'Riverside Stage' }
  await request('PUT', `/api/events/${eventId}`, event)
  return tickets.flatMap(({ pdfUrl }) => pdfUrl ?? [])
}

/** Opens a link at a random moment of the storm, as a browser does: the page that asks to wait is loaded again. */
async function open(link: string): Promise<Visit> {
  await delay(Math.random() * stormMs)
  const startedAt = performance.now()
  for (let waits = 0; ; waits++) {
    const answer = await fetch(link, { headers: { accept: 'text/html' } })
    const content = Buffer.from(await answer.arrayBuffer())
    const retryAfter = Number(answer.headers.get('retry-after') ?? 0)
    if (answer.status !== 503 || !retryAfter)
      return { ms: performance.now() - startedAt, waits, isTicket: content.subarray(0, 4).toString() === '%PDF' }
    await delay(retryAfter * 1000)
  }
}

async function generate(eventId: number, guestId: number): Promise<void> {
  const data = {
    eventName: 'Gala',
    startsAt: '2030-01-01T10:00:00Z',
    location: 'Paris',
    firstName: 'Ann',
    lastName: `Guest ${guestId}`,
  }
  const person = { email: 'ann@example.com', ticketType: 'VIP' }
  await request('POST', '/api/tickets/generate', { eventId, guestId, templateId: 1, data: { ...data, ...person } }, 201)
}

/** Generates single tickets, one after the other with pauses, and returns how long each took. */
async function generateUntil(end: Promise<unknown>, eventId: number): Promise<number[]> {
  let isOver = false
  void end.then(() => {
    isOver = true
  })
  const each: number[] = []
  while (!isOver) {
    const startedAt = performance.now()
    await generate(eventId, ++lastGuest)
    each.push(performance.now() - startedAt)
    await delay(generatePauseMs)
  }
  return each
}

/** Counts what was printed of the events since they moved: tickets, of these again and again, and jobs. */
async function countPrints(eventIds: number[]) {
  const [row] = await sql<[{ tickets: number; twice: number; jobs: number }]>`
    WITH printed AS (
      SELECT item.ticket_id, COUNT(*) AS prints FROM ticket_generation_logs item JOIN generation_jobs job ON job.id = item.job_id
      WHERE job.event_id = ANY(${eventIds}) AND job.batch_id IS NULL AND item.status = 'generated' GROUP BY item.ticket_id)
    SELECT COUNT(*) AS tickets, COUNT(*) FILTER (WHERE prints > 1) AS twice,
      (SELECT COUNT(*) FROM generation_jobs WHERE event_id = ANY(${eventIds}) AND batch_id IS NULL) AS jobs FROM printed`
  return row
}

interface Measured {
  quiet: number[]
  busy: number[]
  prints: { tickets: number; twice: number; jobs: number }
}

function report(visits: Visit[], { quiet, busy, prints }: Measured): void {
  const seconds = visits.map(({ ms }) => ms / 1000)
  const inSeconds = (fraction: number) => `${quantile(seconds, fraction).toFixed(2)} s`
  const inMs = (each: number[]) => `${quantile(each, 0.5).toFixed(0)} ms`
  process.stdout.write(
    writeTable(
      [`${visits.length} guests of ${eventCount} events within ${stormMs / 1000} s`, 'measured', 'target'],
      [
        ['got their ticket', `${visits.filter(({ isTicket }) => isTicket).length}`, `${visits.length}`],
        ['tickets printed, of these more than once', `${prints.tickets}, ${prints.twice}`, `${visits.length}, 0`],
        ['jobs', `${prints.jobs}`, ''],
        ['wait, median', inSeconds(0.5), ''],
        ['wait, 95th percentile', inSeconds(0.95), '≤ 15 s'],
        ['wait, longest', inSeconds(1), ''],
        ['guests who saw the page that asks again', `${visits.filter(({ waits }) => waits > 0).length}`, ''],
        [`single ticket meanwhile, median of ${busy.length}`, inMs(busy), '≤ 500 ms'],
        [`single ticket before, median of ${quiet.length}`, inMs(quiet), ''],
      ],
    ),
  )
}
