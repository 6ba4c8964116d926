import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { FunctionPool } from '../../../../bin/local/lambda/function-pool.ts'

function makePool() {
  const told: string[] = []
  const pool = new FunctionPool({
    ...{
      name: 'acting',
      modulePath: join(import.meta.dirname, '../../../fixtures/functions/acting.ts'),
      variables: {},
      niceness: 0,
    },
    ...{ timeoutSeconds: 300, maximumEnvironments: 1 },
    metrics: { append: () => undefined, record: (_namespace, _dimensions, values) => told.push(...Object.keys(values)) },
  })
  return { pool, told }
}

test('waiting invocations fail when the pool stops', async () => {
  const { pool } = makePool()
  const refused = ['1', '2'].map((id) => assert.rejects(pool.invoke(id, '{}'), /are stopped/))
  await pool.stop()
  await Promise.all(refused)
})

test('a caller that goes away while it waits is not counted as throttled', async () => {
  const { pool, told } = makePool()
  const running = pool.invoke('1', '{"milliseconds":600000}').catch(() => undefined)
  const caller = new AbortController()
  const waiting = assert.rejects(pool.invoke('2', '{}', caller.signal), /has gone/)
  caller.abort()
  await waiting
  await pool.stop()
  await running
  assert.ok(!told.includes('Throttles'), told.join())
})
