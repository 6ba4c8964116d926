import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { eventually } from '../fixtures/eventually.ts'
import { service } from '../fixtures/service.ts'

test("PostgreSQL's log has errors and slow statements, and quotes no value", async () => {
  const { sql, stateFolder } = service
  const name = 'Ada Lovelace-Secret'
  const read = () => readFileSync(path.join(stateFolder, 'postgres.log'), 'utf8')
  await sql`CREATE TABLE names (name TEXT PRIMARY KEY)`
  await sql`INSERT INTO names VALUES (${name})`
  await assert.rejects(sql`INSERT INTO names VALUES (${name})`, { code: '23505', detail: `Key (name)=(${name}) already exists.` })
  await sql`SELECT pg_sleep(1.05), ${name}::text`
  const slow = /duration: \d+\.\d+ ms .*SELECT pg_sleep\(1\.05\), \$1::text/
  await eventually('the slow statement is logged', () => slow.test(read()))
  assert.match(read(), /duplicate key value violates unique constraint "names_pkey"/)
  assert.doesNotMatch(read(), /Lovelace/)
})
