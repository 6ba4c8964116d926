import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { clientVariables } from '../../functions/contract/functions.ts'
import { connect, isDatabaseUnavailable } from '../../functions/database/client.ts'
import { readEnvironment } from '../../functions/environment.ts'
import { openNetwork } from '../journeys/cuttable-network.ts'
import { startService } from '../journeys/running-service.ts'

const service = await startService()
after(() => service.stop())

test('a transaction whose connection breaks is rejected as a passing fault, and the next one works', async () => {
  const address = new URL(service.databaseUrl)
  const network = await openNetwork(`http://${address.host}`)
  address.host = new URL(network.url).host
  const sql = connect({ ...readEnvironment(clientVariables.sql), DATABASE_URL: address.href, DB_POOL_SIZE: 1 })
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

test('a server that takes no writes, as one that a failover demoted, is a passing fault', async () => {
  const sql = connect({ ...readEnvironment(clientVariables.sql), DATABASE_URL: service.databaseUrl })
  const refused = sql.begin(async (transaction) => {
    await transaction`SET TRANSACTION READ ONLY`
    await transaction`UPDATE events SET title = title`
  })
  await assert.rejects(refused, isDatabaseUnavailable)
  await sql.end()
})
