import type * as z from 'zod'
import { firstOwnTemplateId, type templatesQuery } from '../../contract/schemas/templates.ts'
import type { Sql } from '../../database/client.ts'
import { findAssets } from '../../database/template-assets.ts'
import * as templates from '../../database/templates.ts'
import { findVersion } from './choose-version.ts'

/** Reads a version of a template, the newest by default, and lists all. @throws TemplateNotFoundError. */
export async function readTemplate(sql: Sql, { templateId, version }: { templateId: number; version?: number | undefined }) {
  const row = await findVersion(sql, { templateId, templateVersion: version })
  const [assets, versions] = await Promise.all([
    findAssets(sql, templateId, row.version),
    templates.listVersions(sql, [templateId]),
  ])
  return {
    ...describe(row, versions),
    newestVersion: versions[0]?.version ?? row.version,
    source: row.source,
    sample: row.sample,
    labels: row.labels,
    sheet: row.sheet,
    assets: assets.map(({ name, type, content, content_hash }) => ({ name, type, bytes: content.length, sha256: content_hash })),
    required: row.required_variables,
    trial: row.trial && describeTrial(row.trial),
    createdAt: row.created_at.toISOString(),
  }
}

/** Lists one page of templates, by id. */
export async function listTemplates(sql: Sql, { status, limit, cursor = 0 }: z.output<typeof templatesQuery>) {
  const archived = status === 'all' ? null : status === 'archived'
  const rows = await templates.listTemplates(sql, { after: cursor, limit: limit + 1, archived })
  const page = rows.slice(0, limit)
  const ids = page.map(({ id }) => id)
  const versions = Map.groupBy(await templates.listVersions(sql, ids), ({ id }) => id)
  return {
    templates: page.map((row) => describe(row, versions.get(row.id) ?? [])),
    nextCursor: rows.length > limit ? String(page.at(-1)?.id) : null,
  }
}

/** Describes a trial without the findings that only printing needs. */
export function describeTrial({ compared, ...trial }: templates.TrialVerdict): Omit<templates.TrialVerdict, 'compared'> {
  return trial
}

function describe(row: templates.TemplateRow, versions: templates.VersionRow[]) {
  return {
    templateId: row.id,
    name: row.name,
    status: row.archived_at ? ('archived' as const) : ('active' as const),
    builtIn: row.id < firstOwnTemplateId,
    version: row.version,
    warnings: row.problems,
    versions: versions.map(({ version, name, created_at, warning_count }) => ({
      version,
      name,
      createdAt: created_at.toISOString(),
      warningCount: warning_count,
    })),
    archivedAt: row.archived_at?.toISOString() ?? null,
  }
}
