import type { Sql } from '../../database/client.ts'
import { migrate } from '../../database/migrations.ts'
import { publishTemplates } from './publish-templates.ts'

/** Is a database, as the role that owns its tables, and the folders that it is made from. */
interface DatabaseSources {
  sql: Sql
  migrationsPath: string
  templatesPath: string
}

/**
 * Brings a database to where this version needs it: migrations, then the built-in templates. Idempotent; two at once take turns.
 * @returns The names of the migrations it applied.
 */
export async function prepareDatabase({ sql, migrationsPath, templatesPath }: DatabaseSources): Promise<string[]> {
  const applied = await migrate(sql, migrationsPath)
  await publishTemplates(sql, templatesPath)
  return applied
}
