import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { clientVariables } from '../../functions/contract/clients.ts'
import { connect, type Queryable } from '../../functions/database/client.ts'
import { isDatabaseUnavailable } from '../../functions/database/unavailable.ts'
import { readEnvironment } from '../../functions/runtime/environment.ts'
import { openNetwork } from '../fixtures/cuttable-network.ts'
import { service } from '../fixtures/service.ts'

test('a broken connection rejects its transaction as transient, and the next transaction succeeds', async () => {
  const { network, sql } = await connectThroughNetwork()
  const broken = sql.begin(async (transaction) => {
    await transaction`SELECT 1`
    setImmediate(network.cut)
    await transaction`SELECT pg_sleep(30)`
  })
  await assert.rejects(broken, isDatabaseUnavailable)
  network.mend()
  assert.equal((await sql.begin((transaction) => transaction`SELECT 1 AS one`))[0]?.one, 1)
  await sql.end()
  network.close()
})

test('a connection that breaks between two statements ends its transaction: no later statement runs, and the process survives', async () => {
  const { network, sql } = await connectThroughNetwork()
  for (const goOn of [
    (transaction: Queryable) => transaction`CREATE TABLE written_too_late ()`,
    // Nothing but the commit is left to be done.
    async () => undefined,
  ]) {
    const { promise: broken, resolve: goesOn } = Promise.withResolvers<void>()
    const transaction = sql.begin(async (transaction) => {
      await transaction`SELECT 1`
      network.cut()
      await broken
      await goOn(transaction)
    })
    await assert.rejects(transaction, isDatabaseUnavailable)
    goesOn()
    // A statement is written in the turn after the one that begins it.
    await nextTurn()
    network.mend()
    const [found] = await sql`SELECT to_regclass('written_too_late') AS late`
    assert.equal(found?.late, null)
  }
  await sql.end()
  network.close()
})

test('a broken transaction runs no statement on a connection that was reused', async () => {
  const { network, sql } = await connectThroughNetwork()
  const { promise: served, resolve: goesOn } = Promise.withResolvers<void>()
  const broken = sql.begin(async (transaction) => {
    await transaction`SELECT 1`
    network.cut()
    await served
    await transaction`CREATE TABLE written_for_another ()`
  })
  await assert.rejects(broken, isDatabaseUnavailable)
  network.mend()
  await sql`SELECT 1`
  goesOn()
  await nextTurn()
  const [found] = await sql`SELECT to_regclass('written_for_another') AS late`
  assert.equal(found?.late, null)
  await sql.end()
  network.close()
})

test('statements after a failed one do not run outside their transaction', async () => {
  const sql = connect({ ...readEnvironment(clientVariables.sql), DATABASE_URL: service.databaseUrl, DB_POOL_SIZE: 1 })
  const failed = sql.begin(async (transaction) => {
    // One after the other whatever becomes of them, as a queue of statements begins the next when one failed.
    const others = async () => {
      for (let count = 0; count < 20; count++)
        await transaction`CREATE TABLE IF NOT EXISTS written_outside ()`.catch(() => undefined)
    }
    await Promise.all([transaction`SELECT 1 / 0`, others()])
  })
  await assert.rejects(failed, /division by zero/)
  const [found] = await sql`SELECT to_regclass('written_outside') AS outside`
  assert.equal(found?.outside, null)
  await sql.end()
})

test('a read-only server, such as one demoted by a failover, is a transient fault', async () => {
  const sql = connect({ ...readEnvironment(clientVariables.sql), DATABASE_URL: service.databaseUrl })
  const refused = sql.begin(async (transaction) => {
    await transaction`SET TRANSACTION READ ONLY`
    await transaction`UPDATE events SET title = title`
  })
  await assert.rejects(refused, isDatabaseUnavailable)
  await sql.end()
})

/** Opens a pool of one connection over a network that can be cut. */
async function connectThroughNetwork() {
  const address = new URL(service.databaseUrl)
  const network = await openNetwork(`http://${address.host}`)
  address.host = new URL(network.url).host
  const sql = connect({ ...readEnvironment(clientVariables.sql), DATABASE_URL: address.href, DB_POOL_SIZE: 1 })
  return { network, sql }
}
