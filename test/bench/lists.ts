import { startService } from '../fixtures/running-service.ts'
import { writeTable } from './markdown-table.ts'
import { median, quantile } from './statistics.ts'

const eventSize = 10_000
const firstEvent = 1_000_000
const rounds = 30

// Measures each route that reads, over HTTP, in a database of 10 thousand tickets and then of LISTS_TICKETS (5 million by default), in
// events of 10,000 guests each. Every tenth ticket is checked in, one of a hundred is outdated, revoked, or failed.
const service = await startService({ renderers: 1 })
const { sql } = service
await seed(0, 1)
const small = await measureRoutes(firstEvent)
const eventCount = Math.round(Number(process.env.LISTS_TICKETS ?? 5_000_000) / eventSize)
await seedRest(eventCount)
const large = await measureRoutes(firstEvent + Math.floor(eventCount / 2))
const ms = (value = 0) => value.toFixed(1)
process.stdout.write(
  writeTable(
    ['route', `${eventSize} tickets, p50 ms`, 'p95', `${eventCount * eventSize} tickets, p50 ms`, 'p95', 'growth'],
    [...small].map(([route, before]) => {
      const after = large.get(route) ?? []
      const growth = median(after) / median(before)
      return [
        route,
        ms(median(before)),
        ms(quantile(before, 0.95)),
        ms(median(after)),
        ms(quantile(after, 0.95)),
        growth.toFixed(2),
      ]
    }),
  ),
)
await service.stop()

/** Writes all events but the first. Indexes are made anew afterwards, which takes a tenth of the time; triggers would change nothing. */
async function seedRest(eventCount: number): Promise<void> {
  const startedAt = performance.now()
  const tables = ['guests', 'generated_tickets', 'ticket_generation_logs']
  const indexes = await sql<{ indexname: string; indexdef: string }[]>`
    SELECT indexname, indexdef FROM pg_indexes
    WHERE tablename = ANY(${tables}) AND indexdef NOT LIKE 'CREATE UNIQUE%'`
  for (const { indexname } of indexes) await sql`DROP INDEX ${sql(indexname)}`
  for (const table of tables) await sql`ALTER TABLE ${sql(table)} DISABLE TRIGGER USER`
  for (let event = 1; event < eventCount; event += 10) await seed(event, Math.min(10, eventCount - event))
  for (const table of tables) await sql`ALTER TABLE ${sql(table)} ENABLE TRIGGER USER`
  for (const { indexdef } of indexes)
    await sql.begin(async (transaction) => {
      await transaction`SET LOCAL maintenance_work_mem = '1GB'`
      await transaction.unsafe(indexdef)
    })
  await sql`VACUUM (ANALYZE)`
  process.stdout.write(
    `Seeded ${eventCount * eventSize} tickets in ${((performance.now() - startedAt) / 1000).toFixed(0)} s.\n\n`,
  )
}

/** Writes events with their guests, and a ticket with its item for each, as batches would leave them. */
async function seed(firstIndex: number, count: number): Promise<void> {
  const [first, last] = [firstEvent + firstIndex, firstEvent + firstIndex + count - 1]
  await sql`INSERT INTO events (id, title, starts_at, location) SELECT id, 'Event ' || id, '2030-06-12T09:00Z', 'Paris' FROM generate_series(${first}::bigint, ${last}::bigint) id`
  await sql`
    INSERT INTO guests (event_id, id, first_name, last_name, email, ticket_type)
    SELECT event, id, (ARRAY['Amélie', 'John', 'Søren', 'Ольга', 'Ann'])[1 + id % 5], 'Guest' || (id * 7919) % 10000, 'guest' || id || '@example.com', 'Standard'
    FROM generate_series(${first}::bigint, ${last}::bigint) event, generate_series(1, ${eventSize}::bigint) id`
  await sql`
    INSERT INTO generation_jobs (batch_id, event_id, template_id, template_version, total_count, status, completed_at, notified_at)
    SELECT 'batch-' || id, id, 1, 1, ${eventSize}, 'completed', NOW(), NOW() FROM generate_series(${first}::bigint, ${last}::bigint) id`
  await sql`
    INSERT INTO generated_tickets (job_id, ticket_code, qr_code_data, template_id, template_version, guest_id, event_id, pdf_file_path, generated_at,
      printed_at, checked_in_at, revoked_at, revocation_number, printed_facts)
    SELECT job.id, 'TC-2030-' || UPPER(SUBSTR(MD5(job.event_id || '/' || guest), 1, 12)), 'TK1:' || REPEAT(MD5(guest::text), 5), 1, 1, guest, job.event_id,
      CASE WHEN guest % 100 <> 1 THEN 'tickets/' || guest END, NOW(), NOW(), CASE WHEN guest % 10 = 5 THEN NOW() END,
      CASE WHEN guest % 100 = 2 THEN NOW() END, CASE WHEN guest % 100 = 2 THEN guest END,
      CASE WHEN guest % 100 <> 3 THEN ticket_facts(0, 0, 1, 1, 'TK1:' || REPEAT(MD5(guest::text), 5), '{}') END
    FROM generation_jobs job, generate_series(1, ${eventSize}::bigint) guest WHERE job.event_id BETWEEN ${first} AND ${last}`
  await sql`
    INSERT INTO ticket_generation_logs (job_id, guest_id, ticket_id, status)
    SELECT job_id, guest_id, id, CASE WHEN pdf_file_path IS NULL THEN 'failed' ELSE 'generated' END FROM generated_tickets WHERE event_id BETWEEN ${first} AND ${last}`
}

/** Calls each route a few times about one event, and returns how long each call took, in milliseconds. */
async function measureRoutes(eventId: number): Promise<Map<string, number[]>> {
  await sql`ANALYZE`
  const [ticket] = await sql<[{ id: number; ticket_code: string; changed: Date }]>`
    SELECT id, ticket_code, changed_at AS changed FROM generated_tickets WHERE event_id = ${eventId} AND guest_id = 5004`
  const event = `/api/events/${eventId}`
  const since = `updatedSince=${ticket.changed.toISOString()}`
  const codeStart = ticket.ticket_code.slice(0, 14)
  const states = ['pending', 'generated', 'failed', 'revoked', 'superseded', 'checked_in', 'outdated']
  const routes: [string, string, string, unknown?][] = [
    ['events', 'GET', '/api/events'],
    ['events, last page', 'GET', `/api/events?cursor=${eventId}`],
    ['events, by change', 'GET', `/api/events?${since}`],
    ['one event with its counts', 'GET', event],
    ['guests', 'GET', `${event}/guests`],
    ['guests, in the middle', 'GET', `${event}/guests?cursor=5000`],
    ['guests, by change', 'GET', `${event}/guests?${since}`],
    ...['amelie guest7', 'gue', 'guest5004@example.com', 'nobody', codeStart, 'TC-2030-'].map((q): [string, string, string] => [
      `guests by "${q === codeStart ? 'TC-2030-<6>' : q}"`,
      'GET',
      `${event}/guests?q=${encodeURIComponent(q)}`,
    ]),
    ['one guest', 'GET', `${event}/guests/5004`],
    ['tickets', 'GET', `${event}/tickets`],
    ['tickets, 1,000 a page', 'GET', `${event}/tickets?limit=1000`],
    ['tickets, by change', 'GET', `${event}/tickets?${since}`],
    ...states.map((state): [string, string, string] => [`tickets, ${state}`, 'GET', `${event}/tickets?status=${state}`]),
    ['one ticket', 'GET', `/api/tickets/${ticket.id}`],
    ['validate', 'POST', '/api/tickets/validate', { code: ticket.ticket_code }],
    ['revocations', 'GET', `${event}/revocations`],
    ['doors', 'GET', `${event}/doors`],
    ['batch status', 'GET', `/api/batches/batch-${eventId}/status`],
    ['templates', 'GET', '/api/templates'],
  ]
  const times = new Map<string, number[]>()
  for (const [name, method, path, body] of routes) {
    const taken: number[] = []
    for (let round = 0; round < rounds; round++) {
      const startedAt = performance.now()
      const { status, json } = await service.call(method, path, body)
      if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(json)}`)
      taken.push(performance.now() - startedAt)
    }
    // The first calls start the function and fill caches.
    times.set(name, taken.slice(5))
  }
  return times
}
