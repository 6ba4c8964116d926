import type { TicketState } from '../contract/schemas/lists.ts'
import { changedMicros, isAfter, limitTo, type PageStart, type Position, pageOrder } from './changes.ts'
import type { Queryable } from './client.ts'
import { isOutdated, subjectJoins } from './ticket-subject.ts'
import type { TicketDetails, TicketRow } from './tickets.ts'

/** A ticket in a list. `is_edge` marks the last one that was looked at: there may be more behind it. */
export type ListedTicket = Position &
  Pick<
    TicketRow,
    | 'ticket_code'
    | 'guest_id'
    | 'template_id'
    | 'pdf_file_path'
    | 'generated_at'
    | 'printed_at'
    | 'valid_from'
    | 'expires_at'
    | 'checked_in_at'
    | 'inside'
    | 'revoked_at'
    | 'superseded_by'
  > &
  Pick<TicketDetails, 'first_name' | 'last_name' | 'outdated' | 'last_status'> & {
    changed_at: Date
    is_wanted: boolean
    is_edge: boolean
  }

/** How many tickets a page of one state looks at, at most: it is as quick where few are in that state. */
const mostLookedAt = 1000

/**
 * Lists tickets of an event, in one state or all. Where the last row is the edge, the list may go on behind it;
 * a row that is not wanted is the edge alone.
 */
export async function listTickets(sql: Queryable, start: PageStart, state?: TicketState): Promise<ListedTicket[]> {
  const lookAt = state ? mostLookedAt : start.limit + 1
  const order = pageOrder(sql, start, 'ticket')
  return await sql<ListedTicket[]>`
    SELECT * FROM (
      SELECT ${columns(sql)}, ${state ? stateConditions(sql)[state] : sql`TRUE`} AS is_wanted, place = ${lookAt} AS is_edge
      FROM (
        SELECT *, ROW_NUMBER() OVER (ORDER BY ${order}) AS place FROM generated_tickets ticket
        WHERE ${isAfter(sql, start, 'ticket')} AND ${state && !start.byChange ? indexed(sql, state) : sql`TRUE`}
        ORDER BY ${order} ${limitTo(sql, lookAt)}
      ) ticket ${joins(sql)}
    ) ticket
    WHERE is_wanted OR is_edge ORDER BY ${order} ${limitTo(sql, start.limit + 1)}`
}

/** Lists all tickets of a guest, the newest first. */
export async function listTicketsOfGuest(sql: Queryable, eventId: number, guestId: number): Promise<ListedTicket[]> {
  return await sql<ListedTicket[]>`
    SELECT ${columns(sql)}, TRUE AS is_wanted, FALSE AS is_edge FROM generated_tickets ticket ${joins(sql)}
    WHERE ticket.event_id = ${eventId} AND ticket.guest_id = ${guestId} AND ticket.erased_at IS NULL ORDER BY ticket.id DESC`
}

function columns(sql: Queryable) {
  return sql`ticket.id, ticket.event_id, ticket.ticket_code, ticket.guest_id, ticket.template_id, ticket.pdf_file_path, ticket.generated_at,
    ticket.printed_at, ticket.valid_from, ticket.expires_at, ticket.checked_in_at, ticket.inside, ticket.revoked_at, ticket.superseded_by, ticket.changed_at,
    ${changedMicros(sql, 'ticket')}, guest.first_name, guest.last_name, ${isOutdated(sql)} AS outdated, log.status AS last_status`
}

/** Joins guest and event, and the newest item of a ticket that was not printed. */
function joins(sql: Queryable) {
  return sql`${subjectJoins(sql)}
    LEFT JOIN LATERAL (SELECT status FROM ticket_generation_logs
                       WHERE ticket_id = ticket.id AND ${isUnprinted(sql)} ORDER BY id DESC LIMIT 1) log ON TRUE`
}

function stateConditions(sql: Queryable): Record<TicketState, ReturnType<typeof isOutdated>> {
  return {
    pending: sql`${isUnprinted(sql)} AND log.status = 'pending'`,
    generated: sql`ticket.pdf_file_path IS NOT NULL AND ticket.revoked_at IS NULL`,
    failed: sql`${isUnprinted(sql)} AND log.status IS DISTINCT FROM 'pending'`,
    revoked: sql`ticket.revoked_at IS NOT NULL`,
    superseded: sql`ticket.superseded_by IS NOT NULL`,
    checked_in: isCheckedIn(sql),
    outdated: isOutdated(sql),
  }
}

/** Selects what a partial index holds, where there is one for a state. */
function indexed(sql: Queryable, state: TicketState) {
  if (state === 'pending' || state === 'failed') return isUnprinted(sql)
  if (state === 'revoked' || state === 'superseded') return sql`ticket.revoked_at IS NOT NULL`
  return state === 'checked_in' ? isCheckedIn(sql) : sql`TRUE`
}

const isUnprinted = (sql: Queryable) => sql`ticket.pdf_file_path IS NULL AND ticket.revoked_at IS NULL`
const isCheckedIn = (sql: Queryable) => sql`ticket.checked_in_at IS NOT NULL AND ticket.revoked_at IS NULL`
