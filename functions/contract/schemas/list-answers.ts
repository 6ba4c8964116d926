import * as z from 'zod'
import { eventAnswer, ticketAnswer, time } from './answers.ts'
import { dataValue, id } from './values.ts'

/**
 * What leads on from a page: `nextCursor` to the next one, and where changes are listed, `watermark` to those
 * that come later, as `updatedSince`. A page may have fewer rows than its limit and still lead on.
 */
const leadsOn = { nextCursor: z.string().nullable(), watermark: z.iso.datetime().nullable() }

const listedEvent = eventAnswer.omit({ outdatedTickets: true }).extend({ updatedAt: time })

/** The answer of "list-events". */
export const eventsAnswer = z.object({ events: z.array(listedEvent), ...leadsOn })

/**
 * The answer of "get-event". `tickets` counts all codes, `revoked` those of them that were revoked or
 * superseded; the other counts are of valid tickets.
 */
export const eventDetails = listedEvent.extend({
  counts: z.object({
    guests: z.int(),
    tickets: z.int(),
    revoked: z.int(),
    checkedIn: z.int(),
    inside: z.int(),
    outdated: z.int(),
  }),
})

const listedGuest = z.object({
  guestId: id,
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  email: z.string().nullable(),
  ticketType: z.string().nullable(),
  locale: z.string().nullable(),
  data: z.record(z.string(), dataValue),
  updatedAt: time,
})

/** The answer of "list-guests". */
export const guestsAnswer = z.object({ guests: z.array(listedGuest), ...leadsOn })

const listedTicket = ticketAnswer
  .pick({
    ...{ id: true, ticketCode: true, status: true, guest: true, templateId: true, generatedAt: true, printedAt: true },
    ...{ outdated: true, expiresAt: true, checkedInAt: true, revokedAt: true },
  })
  .extend({ supersededBy: id.nullable(), updatedAt: time })

/** The answer of "list-tickets". `supersededBy` is the ticket that replaced a revoked one. */
export const ticketsAnswer = z.object({ tickets: z.array(listedTicket), ...leadsOn })

/** The answer of "get-guest": a guest with all tickets it ever had, the newest first. */
export const guestDetails = listedGuest.extend({ tickets: z.array(listedTicket) })
