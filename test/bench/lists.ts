import { rm } from 'node:fs/promises'
import postgres from 'postgres'
import { startPostgres } from '../../bin/local/postgres/postgres.ts'
import { makePreparedState } from '../fixtures/prepared-state.ts'
import { type Call, listCalls } from './lists/calls.ts'
import { measure } from './lists/measure.ts'
import { eventSize, firstEvent, seed } from './lists/seed.ts'
import { startLocalService } from './local-service.ts'
import { writeTable } from './markdown-table.ts'
import { median, quantile } from './statistics.ts'

const eventCount = Math.round(Number(process.env.LISTS_TICKETS ?? 5_000_000) / eventSize)
const middle = Math.floor(eventCount / 2)

// Measures each route that reads, over HTTP, in a database of 10 thousand tickets and in one of LISTS_TICKETS (5 million by default), in events of
// 10,000 guests each. Both have the same events, of which the small one has guests for one alone, so that a page has as many rows in either. Each
// database has a service of its own, and the services are called in turn. Growth is the median of how much longer the large one took each time: on a
// busy machine that and the fastest call tell more than the medians.
await using closing = new AsyncDisposableStack()
const state = await makePreparedState()
const { url: ownerUrl, dataFolder, stop } = await startPostgres(state, () => undefined)
for (const folder of [state, dataFolder]) closing.defer(() => rm(folder, { recursive: true, force: true }))
closing.defer(stop)
const large = new URL(ownerUrl)
const small = new URL('/small', ownerUrl)
const startedAt = performance.now()
await withDatabase(
  large,
  (sql) => sql`CREATE DATABASE small OWNER ${sql(large.username)} TEMPLATE ${sql(large.pathname.slice(1))}`,
)
await withDatabase(small, (sql) => seed(sql, eventCount, [middle, middle]))
await withDatabase(large, (sql) => seed(sql, eventCount, [0, eventCount - 1]))
process.stdout.write(`Seeded ${eventCount * eventSize} tickets in ${((performance.now() - startedAt) / 1000).toFixed(0)} s.\n\n`)

const ofSmall = await serve(small)
const ofLarge = await serve(large)
const pairs = ofSmall.flatMap((small, place) => ofLarge.slice(place, place + 1).map((large) => ({ small, large })))
const rows = (await measure(pairs, Number(process.env.LISTS_ROUNDS ?? 50))).map(({ title, small, large }) => [
  title,
  ...[median(small), quantile(small, 0.95), median(large), quantile(large, 0.95), Math.min(...large)].map((ms) => ms.toFixed(1)),
  median(large.map((ms, round) => ms / (small[round] ?? ms))).toFixed(2),
])
const sizes = [eventSize, eventCount * eventSize].map((tickets) => `${tickets} tickets, p50 ms`)
process.stdout.write(writeTable(['route', sizes[0] ?? '', 'p95', sizes[1] ?? '', 'p95', 'fastest', 'growth'], rows))

/** Starts a service that uses a database, and lists the calls of it. */
async function serve({ href }: URL): Promise<Call[]> {
  const service = await startLocalService({ DATABASE_URL: href, LOCAL_SCHEDULE_SECONDS: '3600', LOG_LEVEL: 'silent' })
  closing.defer(async () => void (await service.stop()))
  return await listCalls(service.url, firstEvent + middle)
}

/** Runs statements as the superuser, on one connection. */
async function withDatabase(url: URL, run: (sql: postgres.Sql) => PromiseLike<unknown>): Promise<void> {
  const sql = postgres(url.href, { username: 'postgres', max: 1, onnotice: () => undefined })
  await run(sql)
  await sql.end()
}
