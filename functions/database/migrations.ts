import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { ReservedSql } from 'postgres'
import { migrationAttempts } from '../contract/retries.ts'
import type { Sql } from './client.ts'

const migrationLock = 7_309_453

/**
 * Applies the folder's pending SQL files by name, each in its own transaction, which is retried after a
 * deadlock with the running service. Concurrent processes take turns; a second run does nothing. Files never
 * change once they have landed.
 * @returns The names of the applied files.
 */
export async function migrate(sql: Sql, folder: string): Promise<string[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort()
  const session = await sql.reserve()
  try {
    await session`SET statement_timeout = 0`
    await session`SET lock_timeout = 0`
    await session`SELECT pg_advisory_lock(${migrationLock})`
    await session`CREATE TABLE IF NOT EXISTS schema_migrations (name VARCHAR PRIMARY KEY, applied_at TIMESTAMPTZ NOT NULL DEFAULT NOW())`
    const applied = new Set((await session`SELECT name FROM schema_migrations`).map(({ name }) => name))
    const pending = files.filter((file) => !applied.has(file))
    for (const file of pending) {
      const statements = await readFile(path.join(folder, file), 'utf8')
      await apply(session, `${statements}; INSERT INTO schema_migrations (name) VALUES ('${file}')`)
    }
    return pending
  } finally {
    await session.unsafe(`SELECT pg_advisory_unlock(${migrationLock}); RESET ALL`).catch(() => undefined)
    session.release()
  }
}

const deadlock = '40P01'

async function apply(session: ReservedSql, statements: string): Promise<void> {
  for (let attempt = 1; ; attempt++)
    try {
      await session.unsafe(`BEGIN; ${statements}; COMMIT`)
      return
    } catch (error) {
      await session.unsafe('ROLLBACK').catch(() => undefined)
      if (attempt === migrationAttempts || !(error instanceof Error && 'code' in error && error.code === deadlock)) throw error
    }
}
