import type { Sql } from '../../database/client.ts'
import { migrate } from '../../database/migrations.ts'
import { publishTemplates } from './publish-templates.ts'

/** A connection as the role that owns the tables, and the folders of migrations and built-in templates. */
interface DatabaseSources {
  sql: Sql
  migrationsPath: string
  templatesPath: string
}

/**
 * Prepares a database: applies migrations, then publishes the built-in templates. Idempotent; concurrent
 * calls take turns. @returns The names of the applied migrations.
 */
export async function prepareDatabase({ sql, migrationsPath, templatesPath }: DatabaseSources): Promise<string[]> {
  const applied = await migrate(sql, migrationsPath)
  await publishTemplates(sql, templatesPath)
  return applied
}
