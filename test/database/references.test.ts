import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { untilBlocked } from '../fixtures/blocked-sessions.ts'
import { nextEventId } from '../fixtures/ids.ts'
import { service } from '../fixtures/service.ts'

const eventId = nextEventId()
const unknownJob = 999_999_999
const violation = { code: '23503' }
const { sql } = service

/** What a ticket or an item names. */
interface Named {
  job: number
  version: number
}

describe('references of tickets and items', () => {
  before(async () => {
    await sql`INSERT INTO events (id, title) VALUES (${eventId}, 'References')`
    await sql`INSERT INTO guests (event_id, id) SELECT ${eventId}, id FROM generate_series(1, 100) id`
  })

  test('a ticket or an item of an unknown job is refused, alone or among others', async () => {
    const known = await nameNew()
    const unknown = { ...known, job: unknownJob }
    for (const named of [[unknown], [known, unknown]]) {
      await assert.rejects(writeTickets(named), violation)
      await assert.rejects(writeItems(named), violation)
    }
    await writeTickets([known])
    await writeItems([known])
    await assert.rejects(sql`UPDATE generated_tickets SET job_id = ${unknownJob} WHERE job_id = ${known.job}`, violation)
    await assert.rejects(sql`UPDATE ticket_generation_logs SET job_id = ${unknownJob} WHERE job_id = ${known.job}`, violation)
  })

  test('a ticket of an unknown version of a template is refused, alone or among others', async () => {
    const known = await nameNew()
    const unknown = { ...known, version: known.version + 1000 }
    for (const named of [[unknown], [known, unknown]]) await assert.rejects(writeTickets(named), violation)
    await writeTickets([known])
    for (const change of [sql`template_version = ${unknown.version}`, sql`template_id = ${unknownJob}`])
      await assert.rejects(sql`UPDATE generated_tickets SET ${change} WHERE job_id = ${known.job}`, violation)
  })

  test('a ticket that another job takes over references that job', async () => {
    const [first, second] = [await nameNew(), await nameNew()]
    const [guest] = await writeTickets([first])
    await assert.rejects(writeTickets([{ ...second, job: unknownJob }], guest), violation)
    await assert.rejects(writeTickets([{ ...second, version: second.version + 1000 }], guest), violation)
    await writeTickets([second], guest)
    await sql`DELETE FROM generation_jobs WHERE id = ${first.job}`
    await assert.rejects(sql`DELETE FROM generation_jobs WHERE id = ${second.job}`, violation)
  })

  test('a job that a ticket or an item references cannot be changed or deleted', async () => {
    const [ofTicket, ofItem, ofNone] = [await nameNew(), await nameNew(), await nameNew()]
    await writeTickets([ofTicket])
    await writeItems([ofItem])
    for (const { job } of [ofTicket, ofItem]) {
      await assert.rejects(sql`DELETE FROM generation_jobs WHERE id = ${job}`, violation)
      await assert.rejects(sql`UPDATE generation_jobs SET id = ${unknownJob} WHERE id = ${job}`, violation)
    }
    assert.equal((await sql`DELETE FROM generation_jobs WHERE id = ${ofNone.job}`).count, 1)
  })

  test('a template version that a ticket references cannot be changed or deleted', async () => {
    const named = await nameNew()
    await writeTickets([named])
    // Jobs name versions too, by a foreign key; what refuses here must be the ticket.
    const other = await nameNew()
    await sql`UPDATE generation_jobs SET template_version = ${other.version} WHERE id = ${named.job}`
    await assert.rejects(sql`DELETE FROM templates WHERE id = ${eventId} AND version = ${named.version}`, violation)
    const moved = sql`UPDATE templates SET version = ${unknownJob} WHERE id = ${eventId} AND version = ${named.version}`
    await assert.rejects(moved, violation)
    const [unnamed] = [await nameNew()]
    await sql`DELETE FROM generation_jobs WHERE id = ${unnamed.job}`
    assert.equal((await sql`DELETE FROM templates WHERE id = ${eventId} AND version = ${unnamed.version}`).count, 1)
  })

  test('deleting a job waits for a transaction that writes its tickets or items, and is refused', async () => {
    for (const write of [writeTickets, writeItems]) {
      const named = await nameNew()
      await whileOpen(
        (transaction) => write([named], undefined, transaction),
        () => assert.rejects(sql`DELETE FROM generation_jobs WHERE id = ${named.job}`, violation),
      )
    }
  })

  test('writing a ticket or an item waits for a transaction that deletes its job, and is refused', async () => {
    for (const write of [writeTickets, writeItems]) {
      const named = await nameNew()
      await whileOpen(
        (transaction) => transaction`DELETE FROM generation_jobs WHERE id = ${named.job}`,
        () => assert.rejects(write([named]), violation),
      )
    }
  })

  test('settling tickets and items does not lock their job', async () => {
    const named = await nameNew()
    await writeTickets([named])
    await writeItems([named])
    await sql.begin(async (transaction) => {
      await transaction`UPDATE generated_tickets SET generated_at = NOW() WHERE job_id = ${named.job}`
      await transaction`UPDATE ticket_generation_logs SET status = 'generated' WHERE job_id = ${named.job}`
      const free = await sql`SELECT id FROM generation_jobs WHERE id = ${named.job} FOR UPDATE SKIP LOCKED`
      assert.equal(free.length, 1)
    })
  })

  test("the original specification's indexes are there, and no two tickets have one code", async () => {
    const rows = await sql<{ name: string }[]>`
      SELECT indexname AS name FROM pg_indexes WHERE tablename IN ('generated_tickets', 'ticket_generation_logs')`
    const names = new Set(rows.map(({ name }) => name))
    for (const name of ['job_id', 'code', 'event_id'].map((column) => `idx_generated_tickets_${column}`))
      assert.ok(names.has(name), name)
    assert.ok(names.has('idx_generation_logs_job_id'))
    const named = await nameNew()
    await writeTickets([named, named])
    const same = sql`UPDATE generated_tickets SET ticket_code = 'TC-2024-THESAMECODE0' WHERE job_id = ${named.job}`
    await assert.rejects(same, { code: '23505', constraint_name: 'idx_generated_tickets_code' })
  })
})

let last = 0

/** Makes a job and a version of a template that nothing names but the job. */
async function nameNew(): Promise<Named> {
  last += 1
  await sql`INSERT INTO templates (id, version, name, source, required_variables) VALUES (${eventId}, ${last}, 'test', '', '{}')`
  const [row] = await sql`
    INSERT INTO generation_jobs (event_id, template_id, template_version, total_count) VALUES (${eventId}, ${eventId}, ${last}, 1)
    RETURNING id`
  return { job: row?.id, version: last }
}

let lastGuest = 0

/** Writes a ticket for each in one statement as the service does; of guests that have none, or of the guest given. */
async function writeTickets(named: Named[], guest?: number, on: typeof sql = sql): Promise<number[]> {
  const rows = await on<{ guest_id: number }[]>`
    INSERT INTO generated_tickets (job_id, ticket_code, qr_code_data, template_id, template_version, guest_id, event_id)
    SELECT job, gen_random_uuid()::text, '', ${eventId}, version, guest, ${eventId}
    FROM UNNEST(${named.map(({ job }) => job)}::bigint[], ${named.map(({ version }) => version)}::int[],
      ${named.map(() => guest ?? ++lastGuest)}::bigint[]) AS named (job, version, guest)
    ON CONFLICT (event_id, guest_id) WHERE revoked_at IS NULL DO UPDATE SET
      job_id = excluded.job_id, template_id = excluded.template_id, template_version = excluded.template_version
    RETURNING guest_id`
  return rows.map(({ guest_id }) => guest_id)
}

/** Writes an item for each in one statement. */
async function writeItems(named: Named[], _guest?: number, on: typeof sql = sql): Promise<void> {
  await on`INSERT INTO ticket_generation_logs (job_id, guest_id) SELECT job, 1 FROM UNNEST(${named.map(({ job }) => job)}::bigint[]) AS job`
}

/** Does something in a transaction, begins something that waits for it, commits, and looks what became of what waited. */
async function whileOpen(work: (transaction: typeof sql) => Promise<unknown>, wait: () => Promise<void>): Promise<void> {
  const waiting: Promise<void>[] = []
  await sql.begin(async (transaction) => {
    await work(transaction as unknown as typeof sql)
    waiting.push(wait())
    await untilBlocked(sql, transaction)
  })
  await Promise.all(waiting)
}
