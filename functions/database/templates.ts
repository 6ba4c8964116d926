import type { DataValue } from '../contract/schemas/values.ts'
import type { SheetLayout, TemplateLabels, TemplateProblem, TemplateTrial } from '../contract/template-check.ts'
import type { Queryable } from './client.ts'

/** What a trial print found that is kept with a version; older ones have nothing `compared`. */
export type TrialVerdict = Omit<TemplateTrial, 'problems' | 'durationMs' | 'compared'> & Partial<Pick<TemplateTrial, 'compared'>>

/**
 * Is a row of `templates`: one version. `required_variables` are the names a ticket cannot be filled without; `trial` is null where nothing
 * was printed on trial; `archived_at` is the whole template's.
 */
export interface TemplateRow {
  id: number
  version: number
  name: string
  source: string
  required_variables: string[]
  labels: TemplateLabels
  sample: Record<string, DataValue>
  sheet: SheetLayout | null
  problems: TemplateProblem[]
  trial: TrialVerdict | null
  content_hash: string | null
  created_at: Date
  archived_at: Date | null
}

/** Is what a new version consists of; `content_hash` is equal where all that makes the tickets is. */
export type NewVersion = Omit<TemplateRow, 'version' | 'created_at' | 'archived_at' | 'content_hash'> & { content_hash: string }

/** Reads the newest version of a template. */
export async function findTemplate(sql: Queryable, templateId: number): Promise<TemplateRow | undefined> {
  const [row] = await sql<TemplateRow[]>`
    SELECT template.*, archived.archived_at
    FROM templates template LEFT JOIN archived_templates archived ON archived.template_id = template.id
    WHERE template.id = ${templateId} ORDER BY template.version DESC LIMIT 1`
  return row
}

/** Reads one version of a template; versions never change, so a caller may keep it. */
export async function findTemplateVersion(sql: Queryable, templateId: number, version: number): Promise<TemplateRow | undefined> {
  const [row] = await sql<TemplateRow[]>`
    SELECT template.*, archived.archived_at
    FROM templates template LEFT JOIN archived_templates archived ON archived.template_id = template.id
    WHERE template.id = ${templateId} AND template.version = ${version}`
  return row
}

/** Is one version in a list. */
export interface VersionRow {
  version: number
  name: string
  created_at: Date
  warning_count: number
}

/** Lists the versions of a template, newest first. */
export async function listVersions(sql: Queryable, templateIds: number[]): Promise<(VersionRow & { id: number })[]> {
  return await sql<(VersionRow & { id: number })[]>`
    SELECT id, version, name, created_at, JSONB_ARRAY_LENGTH(problems) AS warning_count
    FROM templates WHERE id = ANY(${templateIds}) ORDER BY id, version DESC`
}

/** Lists the newest versions of templates after an id, by id; with `archived`, only those that are or are not. */
export async function listTemplates(
  sql: Queryable,
  page: { after: number; limit: number; archived: boolean | null },
): Promise<TemplateRow[]> {
  return await sql<TemplateRow[]>`
    SELECT DISTINCT ON (template.id) template.*, archived.archived_at
    FROM templates template LEFT JOIN archived_templates archived ON archived.template_id = template.id
    WHERE template.id > ${page.after}
      AND (${page.archived}::boolean IS NULL OR (archived.archived_at IS NOT NULL) = ${page.archived}::boolean)
    ORDER BY template.id, template.version DESC LIMIT ${page.limit}`
}

/** Makes the id of a new template. */
export async function nextTemplateId(sql: Queryable): Promise<number> {
  const [row] = await sql<[{ id: number }]>`SELECT NEXTVAL('template_ids') AS id`
  return row.id
}

/** Finds a template that is not archived and whose newest version has this very content and name; built-in ones, below `firstId`, aside. */
export async function findEqualTemplate(
  sql: Queryable,
  { firstId, contentHash }: { firstId: number; contentHash: string },
): Promise<number | undefined> {
  const [row] = await sql<{ id: number }[]>`
    SELECT id FROM templates template
    WHERE content_hash = ${contentHash} AND id >= ${firstId}
      AND version = (SELECT MAX(version) FROM templates WHERE id = template.id)
      AND id NOT IN (SELECT template_id FROM archived_templates)
    ORDER BY id LIMIT 1`
  return row?.id
}

/** Makes changes to templates that a number stands for take turns, until the transaction ends. */
export async function lockTemplate(sql: Queryable, templateId: number): Promise<void> {
  await sql`SELECT PG_ADVISORY_XACT_LOCK(${templateId})`
}

/**
 * Adds a version of a template unless its newest one has this very content. Idempotent. The template must be locked by this transaction.
 * @returns The number of the version that was added, or undefined.
 */
export async function addVersion(sql: Queryable, template: NewVersion): Promise<number | undefined> {
  const [row] = await sql<{ version: number }[]>`
    INSERT INTO templates (id, version, name, source, required_variables, labels, sample, sheet, problems, trial, content_hash)
    SELECT ${template.id}, COALESCE(MAX(version), 0) + 1, ${template.name}, ${template.source}, ${template.required_variables},
      ${sql.json(template.labels)}, ${sql.json(template.sample)}, ${template.sheet && sql.json(template.sheet)},
      ${sql.json(template.problems)}, ${template.trial && sql.json(template.trial)}, ${template.content_hash}
    FROM templates WHERE id = ${template.id}
    HAVING (ARRAY_AGG(content_hash ORDER BY version DESC))[1] IS DISTINCT FROM ${template.content_hash}
    RETURNING version`
  return row?.version
}

/** Archives a template. Idempotent: the moment of the first time stays. */
export async function archive(sql: Queryable, templateId: number): Promise<void> {
  await sql`INSERT INTO archived_templates (template_id) VALUES (${templateId}) ON CONFLICT DO NOTHING`
}

/** Takes a template out of the archive. Idempotent. */
export async function unarchive(sql: Queryable, templateId: number): Promise<void> {
  await sql`DELETE FROM archived_templates WHERE template_id = ${templateId}`
}
