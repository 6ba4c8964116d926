import type { Queryable } from '../../database/client.ts'
import { findTemplate, findTemplateVersion, type TemplateRow } from '../../database/templates.ts'
import { findValidTickets, type TicketRow } from '../../database/tickets.ts'
import { TemplateNotFoundError } from '../errors.ts'
import { TemplateArchivedError } from './template-errors.ts'

/** Is what a request says of the template that its tickets are made with. */
export interface TemplateChoice {
  templateId: number
  templateVersion?: number | undefined
}

/**
 * Finds the version that new tickets of a request are made with: the one it names, else the newest.
 * @throws TemplateNotFoundError when there is no such template or version.
 */
export async function findChosenVersion(sql: Queryable, { templateId, templateVersion }: TemplateChoice): Promise<TemplateRow> {
  const template =
    templateVersion === undefined
      ? await findTemplate(sql, templateId)
      : await findTemplateVersion(sql, templateId, templateVersion)
  if (!template) throw new TemplateNotFoundError(templateId, templateVersion)
  return template
}

/**
 * Tells which version a guest's valid ticket stays with when it is asked for again: the one that made it, if it was printed with the same
 * template and the request names no version.
 */
export function keptVersion(ticket: TicketRow | undefined, { templateId, templateVersion }: TemplateChoice): number | undefined {
  const isKept = ticket?.pdf_file_path && ticket.template_id === templateId && templateVersion === undefined
  return isKept ? ticket.template_version : undefined
}

/**
 * Finds the version that a guest's ticket is printed with; `ticket` is the valid one, if there is one.
 * @throws TemplateArchivedError when the template is archived and did not make this guest's ticket.
 */
export async function findVersionOfTicket(
  sql: Queryable,
  chosen: TemplateRow,
  { ticket, choice }: { ticket: TicketRow | undefined; choice: TemplateChoice },
): Promise<TemplateRow> {
  const kept = keptVersion(ticket, choice)
  const isOwn = ticket?.pdf_file_path && ticket.template_id === chosen.id && ticket.template_version === chosen.version
  if (chosen.archived_at && kept === undefined && !isOwn) throw new TemplateArchivedError(chosen.id)
  if (kept === undefined || kept === chosen.version) return chosen
  return (await findTemplateVersion(sql, chosen.id, kept)) ?? chosen
}

/**
 * Finds the versions that guests' tickets stay with, by guest; the others take the one that was chosen. The guests must be locked by this
 * transaction.
 */
export async function findKeptVersions(
  sql: Queryable,
  choice: TemplateChoice & { eventId: number },
  guestIds: number[],
): Promise<Map<number, TemplateRow>> {
  const tickets = await findValidTickets(sql, choice.eventId, guestIds)
  const kept = tickets.flatMap((ticket) => {
    const version = keptVersion(ticket, choice)
    return version === undefined ? [] : [{ guestId: ticket.guest_id, version }]
  })
  const rows = new Map<number, TemplateRow | undefined>()
  for (const version of new Set(kept.map(({ version }) => version)))
    rows.set(version, await findTemplateVersion(sql, choice.templateId, version))
  return new Map(
    kept.flatMap(({ guestId, version }) => {
      const row = rows.get(version)
      return row ? [[guestId, row] as const] : []
    }),
  )
}
