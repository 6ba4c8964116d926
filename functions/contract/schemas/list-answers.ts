import * as z from 'zod'
import { code, eventAnswer, ticketAnswer, time } from './answers.ts'
import { entryOutcome } from './lists.ts'
import { direction } from './trust.ts'
import { reason } from './trust-answers.ts'
import { dataValue, id } from './values.ts'

/**
 * How to continue after a page: `nextCursor` leads to the next one; in a list of changes, `watermark` is the
 * `updatedSince` of later ones. A page may have fewer rows than its limit without being the last.
 */
const continuation = { nextCursor: z.string().nullable(), watermark: z.iso.datetime().nullable() }

const listedEvent = eventAnswer.omit({ outdatedTickets: true }).extend({ updatedAt: time })

/** The answer of "list-events". */
export const eventsAnswer = z.object({ events: z.array(listedEvent), ...continuation })

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
export const guestsAnswer = z.object({ guests: z.array(listedGuest), ...continuation })

const listedTicket = ticketAnswer
  .pick({
    ...{ id: true, ticketCode: true, status: true, guest: true, templateId: true, generatedAt: true, printedAt: true },
    ...{ outdated: true, validFrom: true, expiresAt: true, checkedInAt: true, inside: true, revokedAt: true },
  })
  .extend({ supersededBy: id.nullable(), updatedAt: time })

/** The answer of "list-tickets". `supersededBy` is the ticket that replaced a revoked one. */
export const ticketsAnswer = z.object({ tickets: z.array(listedTicket), ...continuation })

const place = z.string().nullable()

/**
 * A scan. `ticketId` is null if the code belongs to no ticket; a scan of a reissued ticket is listed with its
 * successor. `scannedAt` is the time that counts. If the device's clock was impossible, `clamped` is true and
 * `deviceTime` is the time it reported.
 */
const listedEntry = z.object({
  id,
  ticketId: id.nullable(),
  ticketCode: code.nullable(),
  guestId: id.nullable(),
  direction,
  outcome: entryOutcome,
  reason: reason.nullable(),
  doorId: id.nullable(),
  gate: place,
  device: place,
  scanId: z.uuid().nullable(),
  offline: z.boolean(),
  scannedAt: time,
  clamped: z.boolean(),
  deviceTime: time.nullable(),
  receivedAt: time,
  updatedAt: time,
})

/** The answer of "get-guest": a guest with every ticket it had, newest first, and the newest 1,000 of their scans. */
export const guestDetails = listedGuest.extend({ tickets: z.array(listedTicket.extend({ entries: z.array(listedEntry) })) })

/** The answer of "list-entries". */
export const entriesAnswer = z.object({ entries: z.array(listedEntry), ...continuation })

const ticketCounts = { tickets: z.int(), entered: z.int(), inside: z.int() }
const scanCounts = { entries: z.int(), exits: z.int(), doubleEntries: z.int() }
const refused = z.int()

/**
 * The answer of "get-attendance". Tickets are the valid ones, `entered` those with an entry. Scans count even if their
 * ticket was revoked, and those without a gate for their door's label. Hours begin in the event's time zone.
 */
export const attendanceAnswer = z.object({
  eventId: id,
  totals: z.object({ ...ticketCounts, ...scanCounts, refused }),
  byTicketType: z.array(z.object({ ticketType: z.string().nullable(), ...ticketCounts, ...scanCounts })),
  byGate: z.array(z.object({ gate: place, ...scanCounts, refused })),
  byHour: z.array(z.object({ from: time, ...scanCounts, refused })),
})
