import { setTimeout as delay } from 'node:timers/promises'
import { nextEventId } from '../fixtures/ids.ts'
import { startService } from '../fixtures/running-service.ts'
import { writeTable } from './markdown-table.ts'
import { quantile } from './statistics.ts'

const perSecond = 200
const seconds = 20
const statementsPerSecond = 20

// Measures how long after a change its notice is sent, with the sender in a process of its own: 200 changes a second, each of
// another ticket, in transactions of ten.
const service = await startService({ scheduleSeconds: 60 })
const { sql } = service
const eventId = nextEventId()
await sql`INSERT INTO events (id, title) VALUES (${eventId}, 'Notices')`
await sql`INSERT INTO guests (event_id, id) SELECT ${eventId}, id FROM generate_series(1, ${perSecond * seconds}) id`
const [job] = await sql<[{ id: number }]>`
  INSERT INTO generation_jobs (event_id, template_id, template_version, total_count) VALUES (${eventId}, 1, 1, 1) RETURNING id`
const tickets = await sql<{ id: number }[]>`
  INSERT INTO generated_tickets (job_id, ticket_code, qr_code_data, template_id, template_version, guest_id, event_id)
  SELECT ${job.id}, gen_random_uuid()::text, '', 1, 1, id, ${eventId} FROM guests WHERE event_id = ${eventId} RETURNING id`
await delay(3000)

const perStatement = perSecond / statementsPerSecond
const startedAt = performance.now()
for (let at = 0; at < tickets.length; at += perStatement) {
  const ids = tickets.slice(at, at + perStatement).map(({ id }) => id)
  await sql`UPDATE generated_tickets SET checked_in_at = NOW() WHERE id = ANY(${ids})`
  await delay(Math.max(0, startedAt + ((at + perStatement) / perSecond) * 1000 - performance.now()))
}
const changing = (performance.now() - startedAt) / 1000
await delay(3000)
const rows = await sql<{ lag: number | null }[]>`
  SELECT EXTRACT(EPOCH FROM sent_at - changed_at)::float AS lag FROM notices WHERE event_id = ${eventId}`
const lags = rows.flatMap(({ lag }) => lag ?? [])
const show = (fraction: number) => `${quantile(lags, fraction).toFixed(2)} s`
process.stdout.write(
  writeTable(
    ['changes a second', 'notices', 'unsent', 'lag, p50', 'p99', 'most'],
    [
      [
        (tickets.length / changing).toFixed(0),
        String(rows.length),
        String(rows.length - lags.length),
        show(0.5),
        show(0.99),
        show(1),
      ],
    ],
  ),
)
await service.stop()
