import { pdfLifetimeDays } from '../contract/retries.ts'
import type { TicketSubject } from '../contract/ticket-subject.ts'
import type { Queryable } from './client.ts'

/** The guest and event of a stored ticket. */
export interface SubjectRow extends TicketSubject {
  event_id: number
  event_title: string
  event_revision: number
  is_branded: boolean
}

/** Selects the columns of SubjectRow from the tables that `subjectJoins` adds. */
export function subjectColumns(sql: Queryable) {
  return sql`guest.first_name, guest.last_name, guest.email, guest.ticket_type, guest.locale, COALESCE(guest.data, '{}') AS data,
    event.id AS event_id, event.title AS event_title, event.revision AS event_revision, event.branding IS NOT NULL AS is_branded, event.starts_at, event.ends_at, event.timezone, event.location, event.details AS event_details`
}

/** Selects the hash of a ticket's facts, from `ticket` and the tables that `subjectJoins` adds. */
export function factsHash(sql: Queryable) {
  return sql`ticket_facts(event.revision, guest.revision, ticket.template_id, ticket.template_version, ticket.qr_code_data, ticket.qr_options)`
}

/**
 * Selects the hash of all that a wallet pass shows: the ticket's facts, its expiry, and whether it was
 * revoked.
 */
export function passState(sql: Queryable) {
  return sql`MD5(CONCAT_WS(' ', ${factsHash(sql)}, EXTRACT(EPOCH FROM ticket.expires_at), ticket.revoked_at IS NULL))`
}

/**
 * Selects whether a valid ticket was printed from facts that have changed since, or its file is deleted by
 * now, from `ticket` and the tables that `subjectJoins` adds.
 */
export function isOutdated(sql: Queryable) {
  return sql`(ticket.pdf_file_path IS NOT NULL AND ticket.revoked_at IS NULL AND (ticket.printed_facts IS DISTINCT FROM ${factsHash(sql)}
    OR ticket.printed_at < NOW() - ${pdfLifetimeDays} * INTERVAL '1 day'))`
}

/**
 * Joins guest and event to `ticket`, an alias of `generated_tickets`. An erased ticket has no guest, even if
 * a new guest has the same id.
 */
export function subjectJoins(sql: Queryable) {
  return sql`LEFT JOIN guests guest ON guest.event_id = ticket.event_id AND guest.id = ticket.guest_id AND ticket.erased_at IS NULL
    JOIN events event ON event.id = ticket.event_id`
}
