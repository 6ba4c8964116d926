import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientVariables } from '../../functions/contract/clients.ts'
import { connect } from '../../functions/database/client.ts'
import { readEnvironment } from '../../functions/runtime/environment.ts'
import { service } from '../fixtures/service.ts'

test('no statement is compiled or shared among processes', async () => {
  const sql = connect({ ...readEnvironment(clientVariables.sql), DATABASE_URL: service.databaseUrl, DB_POOL_SIZE: 1 })
  const [row] = await sql`SELECT CURRENT_SETTING('jit') AS jit, CURRENT_SETTING('max_parallel_workers_per_gather') AS workers`
  assert.deepEqual({ ...row }, { jit: 'off', workers: '0' })
  await sql.end()
})
