import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { id } from '../contract/schemas.ts'
import type { Sql } from '../database/client.ts'
import { publishTemplate } from '../database/templates.ts'
import { compileTemplate } from '../pdf/template.ts'

const templateFile = z.object({ id, name: z.string() })

/**
 * Publishes every built-in template, `<folder>/<name>/ticket.hbs` with its `template.json`: one whose source changed becomes a new
 * version, the others stay. Idempotent.
 * @throws Error that names the file when one is missing or malformed.
 */
export async function publishTemplates(sql: Sql, folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  for (const name of names) await publish(sql, path.join(folder, name))
}

async function publish(sql: Sql, folder: string): Promise<void> {
  try {
    const about = templateFile.parse(JSON.parse(await readFile(path.join(folder, 'template.json'), 'utf8')))
    const source = await readFile(path.join(folder, 'ticket.hbs'), 'utf8')
    const { required } = compileTemplate(source)
    await sql.begin((transaction) => publishTemplate(transaction, { ...about, source, required_variables: required }))
  } catch (cause) {
    throw new Error(`The built-in template in ${folder} cannot be published: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    })
  }
}
