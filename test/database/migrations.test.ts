import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, describe, test } from 'node:test'
import { migrate } from '../../functions/database/migrations.ts'
import { untilBlocked } from '../fixtures/blocked-sessions.ts'
import { service } from '../fixtures/service.ts'

const { sql } = service
const file = 'migration-of-a-test.sql'

describe('a migration of a database that is in use', () => {
  after(async () => {
    await sql`DROP TABLE IF EXISTS first_locked, then_locked`
    await sql`DELETE FROM schema_migrations WHERE name = ${file}`
  })

  test('is retried after a deadlock with a transaction, and is applied once', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'migrations-'))
    const lockBoth = 'LOCK TABLE first_locked IN ACCESS EXCLUSIVE MODE; LOCK TABLE then_locked IN ACCESS EXCLUSIVE MODE'
    await writeFile(path.join(folder, file), `${lockBoth}; INSERT INTO then_locked VALUES (1)`)
    await sql.unsafe('CREATE TABLE first_locked (n INTEGER); CREATE TABLE then_locked (n INTEGER)')
    const migrating: Promise<string[]>[] = []
    const insertBoth = sql.begin(async (transaction) => {
      await transaction`INSERT INTO then_locked VALUES (2)`
      migrating.push(migrate(sql as never, folder))
      await untilBlocked(sql, transaction)
      await transaction`INSERT INTO first_locked VALUES (2)`
    })
    // The migration waited first, so it gives way; on a very slow machine the transaction does, and is repeated.
    await insertBoth.catch(() => sql`INSERT INTO then_locked VALUES (2)`)
    assert.deepEqual(await Promise.all(migrating), [[file]])
    assert.deepEqual([...(await sql`SELECT n FROM then_locked ORDER BY n`)], [{ n: 1 }, { n: 2 }])
    await rm(folder, { recursive: true })
  })
})
