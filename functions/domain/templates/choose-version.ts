import type { Queryable } from '../../database/client.ts'
import { findTemplate, type TemplateRow } from '../../database/templates.ts'
import { findValidTickets, type TicketRow } from '../../database/tickets.ts'
import { TemplateArchivedError, TemplateNotFoundError } from '../errors.ts'

/** The template that a request names, and its version if it names one. */
export interface TemplateChoice {
  templateId: number
  templateVersion?: number | undefined
}

/** Finds a version of a template, the newest by default. @throws TemplateNotFoundError. */
export async function findVersion(sql: Queryable, { templateId, templateVersion }: TemplateChoice): Promise<TemplateRow> {
  const template = await findTemplate(sql, templateId, templateVersion)
  if (!template) throw new TemplateNotFoundError(templateId, templateVersion)
  return template
}

/**
 * Returns the version that a guest's ticket keeps: the one it was printed with, unless the request differs.
 */
function keptVersion(ticket: TicketRow | undefined, { templateId, templateVersion }: TemplateChoice): number | undefined {
  const isKept = ticket?.pdf_file_path && ticket.template_id === templateId && templateVersion === undefined
  return isKept ? ticket.template_version : undefined
}

/**
 * Finds the version to print a guest's ticket with; `ticket` is the valid one, if any.
 * @throws TemplateArchivedError when the template is archived and this guest has no ticket of it.
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
  return (await findTemplate(sql, chosen.id, kept)) ?? chosen
}

/**
 * Finds the versions that guests' tickets keep, by guest. `retained` are guests whose tickets keep their
 * template, whatever it is. The transaction must hold the guests' locks.
 */
export async function findKeptVersions(
  sql: Queryable,
  choice: TemplateChoice & { eventId: number; retained: ReadonlySet<number> },
  guestIds: number[],
): Promise<Map<number, TemplateRow>> {
  const tickets = await findValidTickets(sql, choice.eventId, guestIds)
  const kept = tickets.filter((ticket) => choice.retained.has(ticket.guest_id) || keptVersion(ticket, choice) !== undefined)
  const versions = Map.groupBy(kept, ({ template_id, template_version }) => `${template_id} ${template_version}`)
  const found = await Promise.all(
    [...versions.values()].map(async (tickets) => {
      const [first] = tickets
      const row = first && (await findTemplate(sql, first.template_id, first.template_version))
      return row ? tickets.map(({ guest_id }) => [guest_id, row] as const) : []
    }),
  )
  return new Map(found.flat())
}
