import path from 'node:path'
import type { Sql } from '../database/client.ts'
import { migrate } from '../database/migrations.ts'
import { publishTemplates } from './publish-templates.ts'

/**
 * Brings a database to where this version needs it: migrations, then the built-in templates. Idempotent; two at once take turns.
 * @returns The names of the migrations it applied.
 */
export async function prepareDatabase({ sql, templatesPath }: { sql: Sql; templatesPath: string }): Promise<string[]> {
  const applied = await migrate(sql, path.join(import.meta.dirname, '../../migrations'))
  await publishTemplates(sql, templatesPath)
  return applied
}
