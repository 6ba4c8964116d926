import type * as z from 'zod'
import type { ticketsQuery } from '../../contract/schemas/lists.ts'
import type { Sql } from '../../database/client.ts'
import { type ListedTicket, listTickets as listRows } from '../../database/ticket-lists.ts'
import { requireEvent } from '../events/read-events.ts'
import { endPage, startPage } from '../paging.ts'
import { statusOf } from './read-ticket.ts'

/** Lists one page of the tickets of an event. @throws EventNotFoundError. */
export async function listTickets(sql: Sql, eventId: number, query: z.output<typeof ticketsQuery>) {
  await requireEvent(sql, eventId)
  const start = await startPage(sql, query, eventId)
  const { shown, ...leadsOn } = endPage(start, await listRows(sql, start, query.status))
  return { tickets: shown.filter((row) => row.is_wanted).map(describeListed), ...leadsOn }
}

/** Describes a ticket in a list, in the words of "get-ticket". */
export function describeListed(row: ListedTicket) {
  return {
    id: row.id,
    ticketCode: row.ticket_code,
    status: statusOf(row),
    guest: { id: row.guest_id, firstName: row.first_name ?? '', lastName: row.last_name ?? '' },
    templateId: row.template_id,
    generatedAt: row.generated_at?.toISOString() ?? null,
    printedAt: row.printed_at?.toISOString() ?? null,
    outdated: row.outdated,
    validFrom: row.valid_from?.toISOString() ?? null,
    expiresAt: row.expires_at?.toISOString() ?? null,
    checkedInAt: row.checked_in_at?.toISOString() ?? null,
    inside: row.inside,
    revokedAt: row.revoked_at?.toISOString() ?? null,
    supersededBy: row.superseded_by,
    updatedAt: row.changed_at.toISOString(),
  }
}
