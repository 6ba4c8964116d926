import type { Queryable } from './client.ts'

/** Is a row of `templates`. `required_variables` are the names a ticket cannot be filled without. */
export interface TemplateRow {
  id: number
  version: number
  name: string
  source: string
  required_variables: string[]
}

/** Reads the newest version of a template. */
export async function findTemplate(sql: Queryable, templateId: number): Promise<TemplateRow | undefined> {
  const [row] = await sql<TemplateRow[]>`
    SELECT id, version, name, source, required_variables FROM templates
    WHERE id = ${templateId} ORDER BY version DESC LIMIT 1`
  return row
}

/** Reads one version of a template; versions never change, so a caller may keep it. */
export async function findTemplateVersion(sql: Queryable, templateId: number, version: number): Promise<TemplateRow | undefined> {
  const [row] = await sql<TemplateRow[]>`
    SELECT id, version, name, source, required_variables FROM templates
    WHERE id = ${templateId} AND version = ${version}`
  return row
}

/** Adds a version of a template unless its newest one has this very source. Idempotent; two at once add one. */
export async function publishTemplate(sql: Queryable, template: Omit<TemplateRow, 'version'>): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(${template.id})`
  await sql`
    INSERT INTO templates (id, version, name, source, required_variables)
    SELECT ${template.id}, COALESCE(MAX(version), 0) + 1, ${template.name}, ${template.source}, ${template.required_variables}
    FROM templates WHERE id = ${template.id}
    HAVING NOT COALESCE((ARRAY_AGG(source ORDER BY version DESC))[1] = ${template.source}, FALSE)`
}
