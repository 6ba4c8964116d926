import * as z from 'zod'
import { moment } from './times.ts'
import { direction } from './trust.ts'
import { reason } from './trust-answers.ts'
import { choice, decimal, pathId, requiredName } from './values.ts'

/** The limit and start of a page; the cursor is opaque to callers. */
const page = {
  limit: decimal(1, 1000).default(100),
  cursor: z
    .string()
    .regex(/^(?:[0-9]{1,16}\.[0-9]{1,16}\.)?[1-9][0-9]{0,15}$/, 'must be the nextCursor of the page before')
    .meta({ description: 'The nextCursor of the page before.' })
    .optional(),
}

/** A page of a list by id. */
export const listQuery = z.object(page)

/** A page of a list by id, or with `updatedSince` by change. */
export const changesQuery = listQuery.extend({
  updatedSince: moment
    .meta({
      description:
        'Lists what has changed since, by change, with a `watermark` to give here next time. A date and time with its offset as in RFC 3339.',
    })
    .optional(),
})

/** A page of an event's guests; `q` searches them. */
export const guestsQuery = changesQuery.extend({
  q: requiredName(100)
    .meta({
      description:
        "Finds guests by the beginning of each word, in any order: of their names, of their e-mail address, of their own columns `order`, `orderId` and `orderNumber`, or by the beginning of a ticket's code. Accents and case do not matter.",
    })
    .optional(),
})

/** The states by which tickets are listed: the first four are those of `get-ticket`; the others narrow them. */
export const ticketStates = ['pending', 'generated', 'failed', 'revoked', 'superseded', 'checked_in', 'outdated'] as const

/** One of the states by which tickets are listed. */
export type TicketState = (typeof ticketStates)[number]

/** A page of an event's tickets. */
export const ticketsQuery = changesQuery.extend({
  status: choice(ticketStates)
    .meta({
      description:
        'pending, generated, failed and revoked are as in get-ticket. superseded is a part of revoked; checked_in and outdated are parts of generated, but for tickets that were checked in before they were printed.',
    })
    .optional(),
})

/** The outcome of a listed scan. A double entry was admitted offline, against the policy of the event. */
export const entryOutcome = choice(['admitted', 'double_entry', 'refused', 'undone'])

/** A page of an event's scans; each filter narrows them. */
export const entriesQuery = changesQuery.extend({
  outcome: entryOutcome.optional(),
  reason: reason.optional(),
  direction: direction.optional(),
  ticketId: pathId.optional(),
  doorId: pathId.optional(),
  gate: requiredName(100).optional(),
})

/** Maximum scans that "get-guest" lists, of all tickets of a guest together. */
export const mostEntriesOfGuest = 1000
