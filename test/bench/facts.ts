import { startBatches } from '../fixtures/batch-service.ts'
import { nextEventId } from '../fixtures/ids.ts'
import { writeTable } from './markdown-table.ts'
import { quantile } from './statistics.ts'

/**
 * `npm run bench:facts` prints how long a change of an event takes that has 50,000 printed tickets, and how soon
 * their reprint is accepted.
 */
const ticketCount = 50_000
const changes = 20

const service = await startBatches()
const { request, sql } = service
const eventId = nextEventId()
const event = { title: 'Jazz Night', startsAt: '2030-01-02T10:00:00Z', timezone: 'Europe/Paris', location: 'Main Hall' }
try {
  await request('PUT', `/api/events/${eventId}`, event)
  await insertTickets()
  const moved = await measure((change) => request('PUT', `/api/events/${eventId}`, { ...event, location: `Hall ${change}` }))
  const unchanged = await measure(() => request('PUT', `/api/events/${eventId}`, { ...event, location: `Hall ${changes - 1}` }))
  const branded = await measure((change) => request('PUT', `/api/events/${eventId}/branding`, { organiser: `Aurora ${change}` }))
  const startedAt = performance.now()
  await request('POST', `/api/events/${eventId}/reprint`, {}, 202)
  const reprinted = [performance.now() - startedAt]
  const row = (name: string, each: number[], target: string) => [
    name,
    ...[0.5, 1].map((fraction) => `${quantile(each, fraction).toFixed(0)} ms`),
    target,
  ]
  process.stdout.write(
    writeTable(
      [`an event with ${ticketCount} printed tickets`, 'median', 'longest', 'target'],
      [
        row('PUT event, moved', moved, '≤ 200 ms'),
        row('PUT event, the same facts', unchanged, '≤ 200 ms'),
        row('PUT branding', branded, '≤ 200 ms'),
        row('POST reprint, accepted', reprinted, ''),
      ],
    ),
  )
} finally {
  await service.stop()
}

async function measure(call: (change: number) => Promise<unknown>): Promise<number[]> {
  const each: number[] = []
  for (let change = 0; change < changes; change++) {
    const startedAt = performance.now()
    await call(change)
    each.push(performance.now() - startedAt)
  }
  return each
}

/** Inserts guests and their tickets as printed, which takes seconds where printing takes minutes. */
async function insertTickets(): Promise<void> {
  await sql`
    INSERT INTO guests (event_id, id, first_name, last_name, email, data)
    SELECT ${eventId}, id, 'Guest', id::text, id || '@example.com', '{"seat":"12","gate":"B"}' FROM generate_series(1, ${ticketCount}) id`
  await sql`
    WITH job AS (
      INSERT INTO generation_jobs (event_id, template_id, template_version, total_count, completed_at, status)
      VALUES (${eventId}, 1, 1, ${ticketCount}, NOW(), 'completed') RETURNING id
    ), ticket AS (
      INSERT INTO generated_tickets (job_id, ticket_code, qr_code_data, template_id, template_version, guest_id, event_id,
                                     pdf_file_path, printed_at, generated_at)
      SELECT job.id, gen_random_uuid()::text, repeat('A', 120), 1, 1, guest.id, ${eventId}, 'tickets/none.pdf', NOW(), NOW()
      FROM guests guest, job WHERE guest.event_id = ${eventId} RETURNING id, job_id, guest_id
    )
    INSERT INTO ticket_generation_logs (job_id, guest_id, ticket_id, status) SELECT job_id, guest_id, id, 'generated' FROM ticket`
  await sql`
    UPDATE generated_tickets ticket SET printed_facts = ticket_facts(event.revision, guest.revision, ticket.template_id,
      ticket.template_version, ticket.qr_code_data, ticket.qr_options)
    FROM guests guest, events event
    WHERE ticket.event_id = ${eventId} AND guest.event_id = ${eventId} AND guest.id = ticket.guest_id AND event.id = ${eventId}`
  await sql`VACUUM ANALYZE`
}
