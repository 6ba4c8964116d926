import type { Sql } from '../../database/client.ts'
import { archive, findTemplate, unarchive } from '../../database/templates.ts'
import { TemplateNotFoundError } from '../errors.ts'

/**
 * Archives a template, which then takes no new tickets or versions, or restores it. Idempotent.
 * @throws TemplateNotFoundError when no template has this id.
 */
export async function archiveTemplate(sql: Sql, templateId: number, { undo }: { undo: boolean }) {
  if (!(await findTemplate(sql, templateId))) throw new TemplateNotFoundError(templateId)
  await (undo ? unarchive(sql, templateId) : archive(sql, templateId))
  const archivedAt = (await findTemplate(sql, templateId))?.archived_at ?? null
  return {
    templateId,
    status: archivedAt ? ('archived' as const) : ('active' as const),
    archivedAt: archivedAt?.toISOString() ?? null,
  }
}
