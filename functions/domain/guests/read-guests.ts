import type * as z from 'zod'
import { type guestsQuery, mostEntriesOfGuest } from '../../contract/schemas/lists.ts'
import type { Sql } from '../../database/client.ts'
import { listEntriesOfTickets } from '../../database/entry-lists.ts'
import { findGuest, type ListedGuest, listGuests as listRows } from '../../database/guest-lists.ts'
import { type ListedTicket, listTicketsOfGuest } from '../../database/ticket-lists.ts'
import { GuestNotFoundError } from '../errors.ts'
import { requireEvent } from '../events/read-events.ts'
import { endPage, startPage } from '../paging.ts'
import { describeEntry } from '../scans/list-entries.ts'
import { describeListed } from '../tickets/list-tickets.ts'

/** Lists one page of the guests of an event, or of those that a search finds. @throws EventNotFoundError. */
export async function listGuests(sql: Sql, eventId: number, query: z.output<typeof guestsQuery>) {
  await requireEvent(sql, eventId)
  const start = { ...(await startPage(sql, query, eventId)), eventId }
  const { shown, ...leadsOn } = endPage(start, await listRows(sql, start, query.q))
  return { guests: shown.map(describe), ...leadsOn }
}

/** Reads a guest with all its tickets and their newest scans. @throws GuestNotFoundError. */
export async function readGuest(sql: Sql, { eventId, guestId }: { eventId: number; guestId: number }) {
  const [guest, tickets] = await Promise.all([findGuest(sql, eventId, guestId), listTicketsOfGuest(sql, eventId, guestId)])
  if (!guest) throw new GuestNotFoundError(eventId, guestId)
  const ids = tickets.map(({ id }) => id)
  const entries = Map.groupBy(await listEntriesOfTickets(sql, ids, mostEntriesOfGuest), (entry) => entry.ticket_id)
  const describeTicket = (row: ListedTicket) => ({
    ...describeListed(row),
    entries: (entries.get(row.id) ?? []).map(describeEntry),
  })
  return { ...describe(guest), tickets: tickets.map(describeTicket) }
}

function describe(row: ListedGuest) {
  return {
    guestId: row.id,
    firstName: row.first_name,
    lastName: row.last_name,
    email: row.email,
    ticketType: row.ticket_type,
    locale: row.locale,
    data: row.data,
    updatedAt: row.changed_at.toISOString(),
  }
}
