import type { Sql } from '../../database/client.ts'
import { archive, unarchive } from '../../database/templates.ts'
import { findVersion } from './choose-version.ts'

/**
 * Archives a template, which then takes no new tickets or versions, or restores it. Idempotent.
 * @throws TemplateNotFoundError when no template has this id.
 */
export async function archiveTemplate(sql: Sql, templateId: number, { undo }: { undo: boolean }) {
  await findVersion(sql, { templateId })
  await (undo ? unarchive(sql, templateId) : archive(sql, templateId))
  const { archived_at: archivedAt } = await findVersion(sql, { templateId })
  return {
    templateId,
    status: archivedAt ? ('archived' as const) : ('active' as const),
    archivedAt: archivedAt?.toISOString() ?? null,
  }
}
