import * as z from 'zod'
import { code, generateAnswer, time } from './answers.ts'
import { reentry } from './requests.ts'
import { direction } from './trust.ts'
import { choice, fieldProblem, id } from './values.ts'

const place = z.string().nullable()

/** The reason why a ticket is refused. */
export const reason = choice([
  'unknown',
  'bad_signature',
  'unknown_key',
  'expired',
  'revoked',
  'superseded',
  'checked_in',
  'malformed',
  'not_yet_valid',
  'not_inside',
])

/** The reason why a ticket is refused. */
export type Reason = z.output<typeof reason>

const guest = z.object({ firstName: z.string(), lastName: z.string() })
const passage = z.object({ at: time, gate: place, device: place })

/**
 * The entries of a ticket so far, double ones included: their count, times, and the place of the last one. `guest` is
 * null for a door pass without the guest list; `sameDevice` says that the caller's own device admitted the guest.
 */
const entrySummary = z.object({
  count: z.int(),
  firstAt: time,
  lastAt: time,
  gate: place,
  device: place,
  sameDevice: z.boolean(),
  inside: z.boolean(),
  guest: guest.nullable(),
})

/**
 * The answer of "validate-ticket". Only a valid ticket has `guest` and `event`; a checked-in one has `ticket`, and
 * `checkedIn` with time and place. `entry` is null without entries or without a ticket.
 */
export const validateAnswer = z.object({
  valid: z.boolean(),
  reason: reason.nullable(),
  ticket: z.object({ id, ticketCode: code, ticketType: z.string().nullable() }).nullable(),
  guest: guest.nullable(),
  event: z.object({ id, title: z.string() }).nullable(),
  checkedIn: passage.nullable(),
  entry: entrySummary.nullable(),
})

/**
 * The answer of "check-in-ticket". `checkedInAt` is the newest entry of the ticket, null after its undo; `gate` and
 * `device` are those of the scan. `ticketCode` is null for a door that presented none.
 */
export const checkInAnswer = z.object({
  ticketId: id,
  ticketCode: code.nullable(),
  checkedInAt: time.nullable(),
  gate: place,
  device: place,
  direction,
  inside: z.boolean(),
})

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
 * A part of a signed list; the fields repeat what `list` itself says. While `through` is less than `latest`, there is
 * more: ask again with `after` = `through`.
 */
const signedList = { eventId: id, after: z.int(), through: z.int(), latest: z.int(), count: z.int(), issuedAt: time }

/** The answer of "list-revocations". `event` is what a door shows of its event. */
export const revocationsAnswer = z.object({
  ...signedList,
  expiresAt: time,
  list: z.string().startsWith('TR1:'),
  event: z.object({ title: z.string(), startsAt: time.nullable(), endsAt: time.nullable(), reentry }),
})

/** A door without its pass. */
export const doorAnswer = z.object({
  doorId: id,
  eventId: id,
  label: z.string(),
  guestList: z.boolean(),
  locale: z.string().nullable(),
  createdAt: time,
  expiresAt: time,
  withdrawnAt: time.nullable(),
})

/** The answer of "create-door": the door with its pass, and the link that opens the door page with it. */
export const newDoorAnswer = doorAnswer.extend({ url: z.url(), pass: z.string() })

/** The answer of "list-doors". */
export const doorsAnswer = z.object({ doors: z.array(doorAnswer) })

/** The answer of "get-guest-list". */
export const doorGuestListAnswer = z.object({ ...signedList, list: z.string().startsWith('TG1:') })

/** The answer of "find-guests": at most 20 tickets. It has no codes, which guests are to present. */
export const foundGuestsAnswer = z.object({
  tickets: z.array(
    z.object({
      ticketId: id,
      guestId: id,
      firstName: z.string(),
      lastName: z.string(),
      ticketType: z.string().nullable(),
      reason: reason.nullable(),
      checkedIn: passage.nullable(),
      inside: z.boolean(),
      entryCount: z.int(),
    }),
  ),
})

/**
 * The outcome of one scan. `scanId` is null if the scan has no valid one; `problems` lists why a scan was malformed.
 * `scannedAt` is the time that counts, null for a malformed scan; `clamped` says that the device's time was impossible.
 */
const scanOutcome = z.object({
  scanId: z.uuid().nullable(),
  outcome: z.enum(['entered', 'exited', 'double_entry', 'rejected']),
  reason: reason.nullable(),
  ticketId: id.nullable(),
  scannedAt: time.nullable(),
  clamped: z.boolean(),
  problems: z.array(fieldProblem),
})

/**
 * The answer of "upload-scans": the outcome of each scan in the order of the request, and every ticket that
 * admitted more than one guest, with all its entries by time.
 */
export const scansAnswer = z.object({
  eventId: id,
  totalCount: z.int(),
  enteredCount: z.int(),
  exitedCount: z.int(),
  doubleEntryCount: z.int(),
  rejectedCount: z.int(),
  scans: z.array(scanOutcome),
  doubleEntries: z.array(
    z.object({
      ticketId: id,
      ticketCode: code,
      guest,
      entries: z.array(passage.extend({ scanId: z.uuid().nullable() })),
    }),
  ),
})
