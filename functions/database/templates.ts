import type { DataValue } from '../contract/schemas/values.ts'
import type { SheetLayout, TemplateLabels, TemplateProblem, TemplateTrial } from '../contract/template-check.ts'
import type { Queryable } from './client.ts'

/**
 * The findings of a trial print stored with a version; `compared` is absent in versions older than that
 * comparison.
 */
export type TrialVerdict = Omit<TemplateTrial, 'problems' | 'durationMs' | 'compared'> & Partial<Pick<TemplateTrial, 'compared'>>

/**
 * A version of a template: a row of `templates`. `required_variables` are the names without which no ticket
 * can be filled; `trial` is null where no trial was printed; `archived_at` belongs to the template as a
 * whole.
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

/** A version to add; equal content has an equal `content_hash`. */
export type NewVersion = Omit<TemplateRow, 'version' | 'created_at' | 'archived_at' | 'content_hash'> & { content_hash: string }

/**
 * Reads a version of a template, the newest by default. Versions are immutable, so callers may cache them.
 */
export async function findTemplate(sql: Queryable, templateId: number, version?: number): Promise<TemplateRow | undefined> {
  const [row] = await sql<TemplateRow[]>`
    SELECT template.*, archived.archived_at
    FROM templates template LEFT JOIN archived_templates archived ON archived.template_id = template.id
    WHERE template.id = ${templateId} ${version === undefined ? sql`` : sql`AND template.version = ${version}`}
    ORDER BY template.version DESC LIMIT 1`
  return row
}

/** A version in a list. */
export type VersionRow = Pick<TemplateRow, 'id' | 'version' | 'name' | 'created_at'> & { warning_count: number }

/** Lists the versions of templates, newest first. */
export async function listVersions(sql: Queryable, templateIds: number[]): Promise<VersionRow[]> {
  return await sql<VersionRow[]>`
    SELECT id, version, name, created_at, JSONB_ARRAY_LENGTH(problems) AS warning_count
    FROM templates WHERE id = ANY(${templateIds}) ORDER BY id, version DESC`
}

/** Lists the newest version of each template after an id, by id; `archived` filters by state unless null. */
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

/** Lists the ids of the built-in templates, which are below `firstOwnId`. */
export async function listBuiltInIds(sql: Queryable, firstOwnId: number): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`SELECT DISTINCT id FROM templates WHERE id < ${firstOwnId} ORDER BY id`
  return rows.map(({ id }) => id)
}

/** Allocates the id of a new template. */
export async function nextTemplateId(sql: Queryable): Promise<number> {
  const [row] = await sql<[{ id: number }]>`SELECT NEXTVAL('template_ids') AS id`
  return row.id
}

/**
 * Finds an active template from `firstId` on (built-in ones lie below) whose newest version has the same
 * content.
 */
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

/** Locks a template for changes until the transaction ends. */
export async function lockTemplate(sql: Queryable, templateId: number): Promise<void> {
  await sql`SELECT PG_ADVISORY_XACT_LOCK(${templateId})`
}

/**
 * Adds a version of a template unless its newest one has the same content. Idempotent. The transaction must
 * hold the template's lock.
 * @returns The number of the added version, or undefined.
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

/** Archives a template. Idempotent: `archived_at` stays that of the first call. */
export async function archive(sql: Queryable, templateId: number): Promise<void> {
  await sql`INSERT INTO archived_templates (template_id) VALUES (${templateId}) ON CONFLICT DO NOTHING`
}

/** Restores an archived template. Idempotent. */
export async function unarchive(sql: Queryable, templateId: number): Promise<void> {
  await sql`DELETE FROM archived_templates WHERE template_id = ${templateId}`
}
