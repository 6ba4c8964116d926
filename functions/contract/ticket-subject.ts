import type { DataValue } from './schemas/values.ts'

/** The facts of a guest that a ticket may show, named as their columns. */
export interface GuestFacts {
  first_name: string | null
  last_name: string | null
  email: string | null
  ticket_type: string | null
  locale: string | null
  data: Record<string, DataValue>
}

/** The time and place of an event, named as their columns. */
export interface EventSchedule {
  starts_at: Date | null
  ends_at: Date | null
  timezone: string
  location: string | null
}

/** The guest and event that a ticket is printed from; `event_title` is null for an unknown event. */
export interface TicketSubject extends GuestFacts, EventSchedule {
  event_title: string | null
  event_details: Record<string, DataValue>
}
