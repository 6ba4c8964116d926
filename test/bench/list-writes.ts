import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import postgres from 'postgres'
import { startPostgres } from '../../bin/local/postgres/postgres.ts'
import { settleGenerated } from '../../functions/database/generation-logs.ts'
import { mergeGuests } from '../../functions/database/guests.ts'
import { upsertTickets } from '../../functions/database/tickets.ts'
import { insertUnpreparedItems, lockUnpreparedItems, settlePrepared } from '../../functions/database/work-items.ts'
import { makePreparedState } from '../fixtures/prepared-state.ts'
import { writeTable } from './markdown-table.ts'

const sliceSize = 2_000
const chunkSize = 40
const slices = Number(process.argv[2] ?? 25)
const ticksASecond = 100

const triggers = ['new_guests_are_marked ON guests', 'changed_guests_are_marked ON guests']
const ticketTriggers = ['new_tickets_are_marked ON generated_tickets', 'changed_tickets_are_marked ON generated_tickets']
const indexes = ['idx_guests_changed_at', 'idx_generated_tickets_changed_at']
const stateIndexes = ['revoked', 'unprinted', 'checked_in', 'event_code'].map((name) => `idx_generated_tickets_${name}`)
const drop = (kind: string, names: string[]) => names.map((name) => `DROP ${kind} ${name}`)
const variants = {
  'as it is': [],
  'without the triggers of changes': drop('TRIGGER', [...triggers, ...ticketTriggers]),
  'without the indexes of changes': drop('INDEX', indexes),
  'without the indexes of states and codes': drop('INDEX', stateIndexes),
  'without the index of words': drop('INDEX', ['idx_guests_words']),
  'without all of them': [
    ...drop('TRIGGER', [...triggers, ...ticketTriggers]),
    ...drop('INDEX', [...indexes, ...stateIndexes, 'idx_guests_words']),
  ],
}

// Measures what lists cost batches: each variant has a database of its own, in which guests are registered, given tickets, and printed in chunks, by
// the statements of the service. The variants take turns; what counts is the processor time of PostgreSQL, and what it writes to its log (WAL).
const state = await makePreparedState()
const { url, dataFolder, stop } = await startPostgres(state, () => undefined)
const owner = new URL(url)
const admin = open(owner)
interface Usage {
  cpuMs: number
  bytes: number
}
interface Database extends Record<'register' | 'prepare' | 'print', Usage> {
  title: string
  sql: ReturnType<typeof open>
  pid: number
}

const databases: Database[] = []
for (const [place, [title, statements]] of Object.entries(variants).entries()) {
  await admin`CREATE DATABASE ${admin(`variant${place}`)} TEMPLATE ${admin(owner.pathname.slice(1))}`
  const sql = open(new URL(`/variant${place}`, url))
  for (const statement of statements) await sql.unsafe(statement)
  await sql`INSERT INTO events (id, title) VALUES (1, 'Bench')`
  const [{ pid }] = await sql<[{ pid: number }]>`SELECT pg_backend_pid() AS pid`
  databases.push({
    title,
    sql,
    pid,
    register: { cpuMs: 0, bytes: 0 },
    prepare: { cpuMs: 0, bytes: 0 },
    print: { cpuMs: 0, bytes: 0 },
  })
}
for (let slice = -1; slice < slices; slice++) for (const database of databases) await writeSlice(database, slice)
const count = slices * sliceSize
process.stdout.write(
  writeTable(
    ['µs of processor time and WAL bytes a ticket', 'register', '', 'prepare', '', 'print', ''],
    databases.map(({ title, register, prepare, print }) => [
      title,
      ...[register, prepare, print].flatMap(({ cpuMs, bytes }) => [
        ((cpuMs * 1000) / count).toFixed(0),
        (bytes / count).toFixed(0),
      ]),
    ]),
  ),
)
await Promise.all([admin, ...databases.map(({ sql }) => sql)].map((sql) => sql.end()))
await stop()
for (const folder of [state, dataFolder]) await rm(folder, { recursive: true, force: true })

function open(address: URL) {
  const types = { bigint: { to: 20, from: [20], serialize: String, parse: Number } }
  return postgres(address.href, { username: 'postgres', max: 1, types, onnotice: () => undefined, connection: { jit: 'off' } })
}

/** Registers guests, accepts and prepares them as a batch, and settles their prints chunk by chunk. The first slice does not count. */
async function writeSlice({ sql, pid, ...phases }: Database, slice: number): Promise<void> {
  const ids = Array.from({ length: sliceSize }, (_, place) => (slice + 1) * sliceSize + place + 1)
  const run = async (phase: 'register' | 'prepare' | 'print', work: () => Promise<void>) => {
    const before = await readUsage(sql, pid)
    await work()
    const after = await readUsage(sql, pid)
    if (slice < 0) return
    phases[phase].cpuMs += after.cpuMs - before.cpuMs
    phases[phase].bytes += after.bytes - before.bytes
  }
  await run('register', () => mergeGuests(sql, ids.map(guestOf)))
  const [job] = await sql<[{ id: number }]>`
    INSERT INTO generation_jobs (batch_id, event_id, template_id, template_version, total_count)
    VALUES (gen_random_uuid()::text, 1, 1, 1, ${sliceSize}) RETURNING id`
  let items: { id: number }[] = []
  await run('prepare', async () => {
    await insertUnpreparedItems(sql, job.id, new Map(ids.map((id) => [id, {}])))
    items = await sql.begin(async (transaction) => {
      const locked = await lockUnpreparedItems(transaction, job.id, { after: 0, limit: sliceSize })
      const tickets = await upsertTickets(
        transaction,
        ids.map((id) => ticketOf(job.id, id)),
      )
      await settlePrepared(
        transaction,
        locked.map(({ id, guest_id }) => ({ id, ticketId: tickets.get(guest_id), failure: undefined })),
      )
      return locked
    })
  })
  await run('print', async () => {
    for (let at = 0; at < items.length; at += chunkSize) await settleGenerated(sql, items.slice(at, at + chunkSize).map(printOf))
  })
}

async function readUsage(sql: Database['sql'], pid: number): Promise<Usage> {
  const [{ bytes }] = await sql<[{ bytes: string }]>`SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::text AS bytes`
  const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ').slice(11, 13).map(Number) ?? []
  return { cpuMs: (((user ?? 0) + (system ?? 0)) * 1000) / ticksASecond, bytes: Number(bytes) }
}

function guestOf(id: number) {
  const [first_name, last_name, email] = ['Amélie', `Guest ${id}`, `guest${id}@example.com`]
  return { event_id: 1, id, first_name, last_name, email, ticket_type: 'Standard', locale: null, data: {} }
}

function ticketOf(job_id: number, guest_id: number) {
  const [code, payload] = [`TC-2030-${String(guest_id).padStart(12, '0')}`, `TK1:${'AEAX'.repeat(36)}`]
  return {
    ...{ job_id, ticket_code: code, qr_code_data: payload, key_id: 1, qr_options: {}, template_id: 1, template_version: 1 },
    ...{ guest_id, event_id: 1, created_at: new Date(), valid_from: null, expires_at: null },
  }
}

function printOf({ id }: { id: number }) {
  const pdfBytes = 40_000
  const details = { durationMs: 10, pdfBytes }
  return { itemId: id, key: `tickets/1/${id}.pdf`, facts: '0123456789abcdef', pdfBytes, generatedAt: new Date(), details }
}
