import type postgres from 'postgres'

/** The number of guests of an event, each with a ticket. */
export const eventSize = 10_000
/** The id of the first event. */
export const firstEvent = 1_000_000
/** The moment from which changes of guests, tickets, entries and events are spread, a millisecond each. */
export const firstChange = '2026-01-01T00:00:00Z'

const eventsAStatement = 10
const filledTables = ['guests', 'generated_tickets', 'ticket_generation_logs', 'ticket_entries', 'ticket_audit']

/**
 * Writes events, of which those from `fromIndex` to `toIndex` have guests, and tickets with items, entries and doors as batches and scans would
 * leave them: every tenth ticket is checked in, and one of a hundred each is outdated, revoked, failed, or refused. Indexes are made anew
 * afterwards, which takes a tenth of the time.
 * @param sql One connection, of a superuser: no trigger runs, neither those of changes nor those of foreign keys.
 */
export async function seed(sql: postgres.Sql, eventCount: number, [fromIndex, toIndex]: [number, number]): Promise<void> {
  await sql`SET session_replication_role = replica`
  await sql`SET maintenance_work_mem = '1GB'`
  const indexes = await sql<{ indexname: string; indexdef: string }[]>`
    SELECT indexname, indexdef FROM pg_indexes
    WHERE tablename = ANY(${filledTables}) AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = indexname)`
  for (const { indexname } of indexes) await sql`DROP INDEX ${sql(indexname)}`
  await sql`
    INSERT INTO events (id, title, starts_at, location, changed_at)
    SELECT ${firstEvent} + place, 'Event ' || place, '2030-06-12T09:00Z', 'Paris', ${changeAt(sql)}
    FROM generate_series(0, ${eventCount - 1}::bigint) place`
  for (let from = fromIndex; from <= toIndex; from += eventsAStatement)
    await fill(sql, [from, Math.min(from + eventsAStatement - 1, toIndex)])
  for (const { indexdef } of indexes) await sql.unsafe(indexdef)
  await sql`VACUUM (ANALYZE)`
  await sql`RESET ALL`
}

/** Fills events with guests and all that hangs on them. */
async function fill(sql: postgres.Sql, [from, to]: [number, number]): Promise<void> {
  const events = sql`generate_series(${firstEvent + from}::bigint, ${firstEvent + to}::bigint) event`
  const places = sql`${events}, generate_series(1, ${eventSize}::bigint) place`
  const isFilled = sql`event_id BETWEEN ${firstEvent + from} AND ${firstEvent + to}`
  await sql`
    INSERT INTO guests (event_id, id, first_name, last_name, email, ticket_type, changed_at)
    SELECT event, place, (ARRAY['Amélie', 'John', 'Søren', 'Ольга', 'Ann'])[1 + place % 5], 'Guest' || (place * 7919) % 10000,
      'guest' || place || '@example.com', (ARRAY['Standard', 'VIP'])[1 + place % 2], ${changeAt(sql)} FROM ${places}`
  await sql`
    INSERT INTO doors (event_id, label, expires_at) SELECT event, 'Gate ' || gate, '2030-06-13T09:00Z' FROM ${events}, generate_series(1, 20) gate`
  await sql`
    INSERT INTO generation_jobs (batch_id, event_id, template_id, template_version, total_count, status, completed_at, notified_at)
    SELECT 'batch-' || event, event, 1, 1, ${eventSize}, 'completed', NOW(), NOW() FROM ${events}`
  await sql`
    INSERT INTO generated_tickets (job_id, ticket_code, qr_code_data, template_id, template_version, guest_id, event_id, pdf_file_path, generated_at,
      printed_at, checked_in_at, inside, entry_count, revoked_at, revocation_number, printed_facts, changed_at)
    SELECT job.id, 'TC-2030-' || UPPER(SUBSTR(MD5(event_id || '/' || place), 1, 12)), 'TK1:' || REPEAT(MD5(place::text), 5), 1, 1, place, event_id,
      CASE WHEN place % 100 <> 1 THEN 'tickets/' || place END, NOW(), NOW(), CASE WHEN place % 10 = 5 THEN NOW() END, place % 10 = 5,
      CASE WHEN place % 10 = 5 THEN 1 ELSE 0 END, CASE WHEN place % 100 = 2 THEN NOW() END, CASE WHEN place % 100 = 2 THEN place END,
      CASE WHEN place % 100 <> 3 THEN ticket_facts(0, 0, 1, 1, 'TK1:' || REPEAT(MD5(place::text), 5), '{}') END, ${changeAt(sql)}
    FROM generation_jobs job, generate_series(1, ${eventSize}::bigint) place WHERE ${isFilled}`
  await sql`
    INSERT INTO ticket_generation_logs (job_id, guest_id, ticket_id, status)
    SELECT job_id, guest_id, id, CASE WHEN pdf_file_path IS NULL THEN 'failed' ELSE 'generated' END FROM generated_tickets WHERE ${isFilled}`
  await sql`
    INSERT INTO ticket_entries (event_id, ticket_id, outcome, reason, gate, scanned_at, changed_at)
    SELECT event_id, id, CASE WHEN entry_count = 1 THEN 'admitted' ELSE 'refused' END, CASE WHEN entry_count = 0 THEN 'revoked' END,
      'Gate ' || place % 20, TIMESTAMPTZ '2030-06-12T08:00Z' + place * INTERVAL '1 second', ${changeAt(sql)}
    FROM (SELECT *, guest_id AS place FROM generated_tickets WHERE ${isFilled}) ticket WHERE entry_count = 1 OR revoked_at IS NOT NULL`
  await sql`
    INSERT INTO ticket_audit (action, event_id, ticket_id)
    SELECT CASE WHEN revoked_at IS NULL THEN 'check_in' ELSE 'revoke' END, event_id, id
    FROM generated_tickets WHERE ${isFilled} AND (entry_count = 1 OR revoked_at IS NOT NULL)`
}

const changeAt = (sql: postgres.Sql) => sql`${firstChange}::timestamptz + place * INTERVAL '1 millisecond'`
