import * as z from 'zod'
import { code, generateAnswer, time } from './answers.ts'
import { id } from './values.ts'

const place = z.string().nullable()

const reasons = [
  'unknown',
  'bad_signature',
  'unknown_key',
  'expired',
  'revoked',
  'superseded',
  'checked_in',
  'malformed',
] as const

/** The reason why a ticket is not good. */
export const reason = z.enum(reasons)

/** Why a ticket is not good. */
export type Reason = z.output<typeof reason>

/**
 * The answer of "validate-ticket". Only a good ticket has `guest` and `event`; one that is checked in has
 * `ticket`, and `checkedIn` with time and place.
 */
export const validateAnswer = z.object({
  valid: z.boolean(),
  reason: reason.nullable(),
  ticket: z.object({ id, ticketCode: code, ticketType: z.string().nullable() }).nullable(),
  guest: z.object({ firstName: z.string(), lastName: z.string() }).nullable(),
  event: z.object({ id, title: z.string() }).nullable(),
  checkedIn: z.object({ at: time, gate: place, device: place }).nullable(),
})

const checkIn = { checkedInAt: time.nullable(), gate: place, device: place }

/** The answer of "check-in-ticket"; `checkedInAt` is null after an undo. */
export const checkInAnswer = z.object({ ticketId: id, ticketCode: code, ...checkIn })

/** The answer of "revoke-ticket". */
export const revokeAnswer = z.object({ ticketId: id, ticketCode: code, revokedAt: time })

/** The answer of "reissue-ticket": the new ticket, and the one it replaces. */
export const reissueAnswer = generateAnswer.extend({ supersededTicketId: id })

/** The answer of "reissue-key": one batch a call; `remainingCount` tickets wait for the next call. */
export const reissueKeyAnswer = z.object({
  kid: z.int(),
  batchId: z.string().nullable(),
  eventId: id.nullable(),
  reissuedCount: z.int(),
  remainingCount: z.int(),
})

/**
 * The answer of "list-revocations"; the fields repeat what the signed `list` says. While `through` is less
 * than `latest`, there is more: ask again with `after` = `through`. `event` is what a door shows of its event.
 */
export const revocationsAnswer = z.object({
  eventId: id,
  after: z.int(),
  through: z.int(),
  latest: z.int(),
  count: z.int(),
  issuedAt: time,
  expiresAt: time,
  list: z.string().startsWith('TR1:'),
  event: z.object({ title: z.string(), startsAt: time.nullable(), endsAt: time.nullable() }),
})

/** A door without its pass. */
export const doorAnswer = z.object({
  doorId: id,
  eventId: id,
  label: z.string(),
  createdAt: time,
  expiresAt: time,
  withdrawnAt: time.nullable(),
})

/** The answer of "create-door": the door with its pass, and the link that opens the door page with it. */
export const newDoorAnswer = doorAnswer.extend({ url: z.url(), pass: z.string() })

/** The answer of "list-doors". */
export const doorsAnswer = z.object({ doors: z.array(doorAnswer) })

const outcome = z.enum(['entered', 'double_entry', 'rejected'])

/**
 * The answer of "upload-scans": the outcome of each scan in the order of the request, and every ticket that
 * admitted more than one guest, with all its entries by time.
 */
export const scansAnswer = z.object({
  eventId: id,
  totalCount: z.int(),
  enteredCount: z.int(),
  doubleEntryCount: z.int(),
  rejectedCount: z.int(),
  scans: z.array(z.object({ scanId: z.uuid(), outcome, reason: reason.nullable(), ticketId: id.nullable() })),
  doubleEntries: z.array(
    z.object({
      ticketId: id,
      ticketCode: code,
      guest: z.object({ firstName: z.string(), lastName: z.string() }),
      entries: z.array(z.object({ scanId: z.uuid().nullable(), at: time, gate: place, device: place })),
    }),
  ),
})
