import assert from 'node:assert/strict'
import dns from 'node:dns'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { setImmediate as anotherTurn } from 'node:timers/promises'
import { clientVariables } from '../../functions/contract/clients.ts'
import { type ConnectOptions, connect, type Pool } from '../../functions/database/client.ts'
import { isDatabaseUnavailable } from '../../functions/database/unavailable.ts'
import { readEnvironment } from '../../functions/runtime/environment.ts'
import { openNetwork } from '../fixtures/cuttable-network.ts'
import { eventually } from '../fixtures/eventually.ts'
import { service } from '../fixtures/service.ts'

/** Two attempts to get an answer, the pause between them, and what a busy machine adds. */
const proofMs = 8_000

type Network = Awaited<ReturnType<typeof openNetwork>>

const faults: [string, (network: Network) => void][] = [
  ['is reset', (network) => network.reset()],
  ['is closed', (network) => network.cut()],
  ['falls silent', (network) => network.freeze()],
]

describe('a connection to the database that dies', () => {
  const opened: { network: Network; sql: Pool }[] = []

  beforeEach(() => service.sql`CREATE TABLE written (n INTEGER)`)

  afterEach(async () => {
    for (const { network, sql } of opened.splice(0)) {
      network.close()
      await sql.end({ timeout: 0 })
    }
    await service.sql`DROP TABLE written`
  })

  for (const [fate, fault] of faults) {
    test(`and ${fate} while idle costs no request: the next statement and transaction succeed, each written once`, async () => {
      const { network, sql } = await connectThroughNetwork()
      await sql`SELECT 1`
      await anotherTurn()
      fault(network)
      network.mend()
      await within(proofMs, sql`INSERT INTO written VALUES (1)`)
      await anotherTurn()
      fault(network)
      network.mend()
      await within(
        proofMs,
        sql.begin((transaction) => transaction`INSERT INTO written VALUES (2)`),
      )
      assert.deepEqual(await listWritten(), [1, 2])
    })

    test(`and ${fate} in the middle of a statement rejects it in time; the next one succeeds`, async () => {
      const { network, sql } = await connectThroughNetwork({ timeoutSeconds: 3 })
      await sql`SELECT 1`
      const [hit] = await Promise.allSettled([
        within(proofMs, sql`INSERT INTO written SELECT 1 FROM pg_sleep(1)`),
        breakWhileRunning(() => fault(network)),
      ])
      network.mend()
      assert.ok(hit.status === 'rejected' && isDatabaseUnavailable(hit.reason), String(hit))
      await within(proofMs, sql`INSERT INTO written VALUES (2)`)
      const rows = await listWritten()
      assert.ok(rows.filter((n) => n === 1).length <= 1 && rows.filter((n) => n === 2).length === 1, String(rows))
    })

    test(`and ${fate} in the middle of a transaction rejects it in time, with nothing written; the next one succeeds`, async () => {
      const { network, sql } = await connectThroughNetwork({ timeoutSeconds: 3 })
      const hit = sql.begin(async (transaction) => {
        await transaction`INSERT INTO written VALUES (1)`
        fault(network)
        await transaction`INSERT INTO written VALUES (1)`
      })
      await assert.rejects(within(proofMs, hit), isDatabaseUnavailable)
      network.mend()
      await within(
        proofMs,
        sql.begin((transaction) => transaction`INSERT INTO written VALUES (2)`),
      )
      assert.deepEqual(await listWritten(), [2])
    })
  }

  test("is replaced by one to the host's new address, as after a failover", async (context) => {
    const former = await openNetwork(`http://${new URL(service.databaseUrl).host}`)
    const { port } = new URL(former.url)
    const standby = await openNetwork(`http://${new URL(service.databaseUrl).host}`, { host: '127.0.0.2', port: Number(port) })
    const sql = connectTo(former, { hostname: 'database.test' })
    const resolve = context.mock.method(dns, 'lookup', resolveTo('127.0.0.1'))
    await sql`SELECT 1`
    await anotherTurn()
    former.stall()
    resolve.mock.mockImplementation(resolveTo('127.0.0.2'))
    const [row] = await within(proofMs, sql`SELECT 1 AS one`)
    assert.equal(row?.one, 1)
    standby.close()
  })

  test('with a server that started again costs no request', async () => {
    const { sql } = await connectThroughNetwork()
    const [before] = await sql`SELECT pg_postmaster_start_time()::text AS at`
    const [postmaster] = readFileSync(path.join(service.databaseFolder, 'postmaster.pid'), 'utf8').split('\n')
    process.kill(Number(postmaster), 'SIGINT')
    await eventually('the server started again', async () => {
      const [now] = await service.sql`SELECT pg_postmaster_start_time()::text AS at`.catch(() => [])
      return now !== undefined && now.at !== before?.at
    })
    await within(proofMs, sql`INSERT INTO written VALUES (1)`)
    assert.deepEqual(await listWritten(), [1])
    // The other tests of this process do not expect that their connections have died.
    await Promise.all(Array.from({ length: 20 }, () => service.sql`SELECT pg_sleep(0.1)`.catch(() => undefined)))
  })

  test('with a server that answers nobody fails in time, and works once the server does', async () => {
    const { network, sql } = await connectThroughNetwork()
    network.stall()
    await assert.rejects(within(proofMs, sql`SELECT 1`), isDatabaseUnavailable)
    network.mend()
    await within(proofMs, sql`SELECT 1`)
  })

  /** Waits until the server runs the statement, and then breaks its connection. */
  async function breakWhileRunning(fault: () => void) {
    for (;;) {
      const [row] = await service.sql`SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'`
      if (row) return fault()
    }
  }

  async function listWritten(): Promise<number[]> {
    return (await service.sql`SELECT n FROM written ORDER BY n`).map(({ n }) => n)
  }

  async function connectThroughNetwork(options: ConnectOptions = {}) {
    const network = await openNetwork(`http://${new URL(service.databaseUrl).host}`)
    return { network, sql: connectTo(network, options) }
  }

  function connectTo(network: Network, { hostname = '127.0.0.1', ...options }: ConnectOptions & { hostname?: string }): Pool {
    const address = new URL(service.databaseUrl)
    address.host = `${hostname}:${new URL(network.url).port}`
    const sql = connect({ ...readEnvironment(clientVariables.sql), DATABASE_URL: address.href }, options)
    opened.push({ network, sql })
    return sql
  }
})

/** Stands in for DNS: every name has this address. */
function resolveTo(address: string): typeof dns.lookup {
  const lookup = (_name: string, _options: unknown, done: (error: null, addresses: object[]) => void) =>
    done(null, [{ address, family: 4 }])
  return lookup as never
}

async function within<T>(limitMs: number, work: PromiseLike<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`took longer than ${limitMs} ms`)), limitMs)
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
