import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod'
import { ticketData } from '../../contract/schemas/guests.ts'
import { firstOwnTemplateId } from '../../contract/schemas/templates.ts'
import { id } from '../../contract/schemas/values.ts'
import { sheetLayout, templateLabels } from '../../contract/template-check.ts'
import type { Sql } from '../../database/client.ts'
import { migrate } from '../../database/migrations.ts'
import { TemplateRefusedError } from '../errors.ts'
import { checkContent } from './check-content.ts'
import { writeVersion } from './store-template.ts'
import { readDraft } from './template-content.ts'

const templateFile = z.object({
  id: id.max(firstOwnTemplateId - 1, `must be below ${firstOwnTemplateId}`),
  name: z.string(),
  labels: templateLabels.default({}),
  sheet: sheetLayout.optional(),
})

/**
 * Publishes the built-in templates, `<folder>/<name>/ticket.hbs` with `template.json` and `sample.json`; a
 * changed one becomes a new version. They get no trial, which would slow the start. Idempotent.
 * @throws Error that names the folder of a bad template.
 */
export async function publishTemplates(sql: Sql, folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  for (const name of names) await publish(sql, path.join(folder, name))
}

async function publish(sql: Sql, folder: string): Promise<void> {
  const read = (name: string) => readFile(path.join(folder, name), 'utf8')
  try {
    const { id: templateId, ...about } = templateFile.parse(JSON.parse(await read('template.json')))
    const sample = ticketData.parse(JSON.parse(await read('sample.json')))
    const content = await readDraft(sql, { ...about, sample, source: await read('ticket.hbs'), assets: [] })
    const { problems, omitted, required } = checkContent(content)
    const errors = problems.filter(({ severity }) => severity === 'error')
    if (errors.length > 0) throw new TemplateRefusedError(errors, omitted?.errors)
    const facts = { id: templateId, required_variables: required, problems, trial: null }
    await sql.begin((transaction) => writeVersion(transaction, facts, content))
  } catch (cause) {
    throw new Error(`The built-in template in ${folder} cannot be published: ${explain(cause)}`, { cause })
  }
}

function explain(cause: unknown): string {
  if (cause instanceof TemplateRefusedError) return cause.details.map(({ path, problem }) => `${path}: ${problem}`).join('; ')
  return cause instanceof Error ? cause.message : String(cause)
}

/**
 * Prepares a database as the role that owns its tables: applies migrations, then publishes the built-in
 * templates. Idempotent; concurrent calls take turns. @returns The names of the applied migrations.
 */
export async function prepareDatabase({
  sql,
  migrationsPath,
  templatesPath,
}: { sql: Sql } & Record<'migrationsPath' | 'templatesPath', string>): Promise<string[]> {
  const applied = await migrate(sql, migrationsPath)
  await publishTemplates(sql, templatesPath)
  return applied
}
