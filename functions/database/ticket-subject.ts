import type { TicketSubject } from '../contract/ticket-subject.ts'
import type { Queryable } from './client.ts'

/** The guest and event of a stored ticket. */
export interface SubjectRow extends TicketSubject {
  event_title: string
}

/** Selects the columns of SubjectRow from the tables that `subjectJoins` adds. */
export function subjectColumns(sql: Queryable) {
  return sql`guest.first_name, guest.last_name, guest.email, guest.ticket_type, guest.locale, guest.data,
    event.title AS event_title, event.starts_at, event.ends_at, event.timezone, event.location, event.details AS event_details`
}

/** Joins guest and event to `ticket`, an alias of `generated_tickets`. */
export function subjectJoins(sql: Queryable) {
  return sql`JOIN guests guest ON guest.event_id = ticket.event_id AND guest.id = ticket.guest_id
    JOIN events event ON event.id = ticket.event_id`
}
