import * as z from 'zod'
import { branding } from '../contract/schemas/branding.ts'

/**
 * The facts of a ticket in display order, each with the variable that it shows. Their labels are in
 * `template/helpers/label-words.json`. A pass for Apple Wallet lists all of them on its back.
 */
export const passFacts = [
  { name: 'date', variable: 'eventDate' },
  { name: 'until', variable: 'eventEndDate' },
  { name: 'doors', variable: 'doorsOpen' },
  { name: 'place', variable: 'location' },
  { name: 'entry', variable: 'entryTime' },
  { name: 'holder', variable: 'holder' },
  { name: 'type', variable: 'ticketType' },
  { name: 'gate', variable: 'gate' },
  { name: 'section', variable: 'section' },
  { name: 'row', variable: 'row' },
  { name: 'seat', variable: 'seat' },
  { name: 'order', variable: 'order' },
] as const

const passFact = z.object({ name: z.enum(passFacts.map(({ name }) => name)), label: z.string(), value: z.string() })

/** A fact of a ticket, in the guest's language. */
export type PassFact = z.output<typeof passFact>

const moment = z.coerce.date().optional()

/** The schema of a wallet pass's data. `payload` is the text of the QR code; `facts` are in display order. */
const passTicket = z.object({
  eventId: z.int(),
  title: z.string(),
  ticketCode: z.string(),
  payload: z.string(),
  startsAt: moment,
  endsAt: moment,
  expiresAt: moment,
  /** Whether the ticket was revoked or superseded. */
  isRevoked: z.boolean(),
  locale: z.string(),
  facts: z.array(passFact),
  branding: branding.nullish(),
})

/** The data of a wallet pass. */
export type PassTicket = z.output<typeof passTicket>

const device = z.object({ passType: z.string(), pushToken: z.string() })

/** A device that holds a pass of Apple Wallet. */
export type PassDevice = z.output<typeof device>

/** The schema of updates to send: devices that should fetch their passes again, or the changed passes of Google Wallet. */
export const passUpdates = z.union([z.object({ devices: z.array(device) }), z.object({ tickets: z.array(passTicket) })])

/** Updates to send to one wallet. */
export type PassUpdates = z.output<typeof passUpdates>

const pushOutcome = z.object({
  outcome: z.enum(['told', 'gone', 'later']),
  reason: z.string().optional(),
  waitSeconds: z.number().optional(),
})

/** The schema of the outcomes of updates, in order. `waitSeconds` is how long the wallet's service asked to wait. */
export const pushOutcomes = z.array(pushOutcome)

/** The outcome of an update. */
export type PushOutcome = z.output<typeof pushOutcome>

/** Makes the outcome of an update to retry: the wallet's service asked to wait, or failed. */
export function tryLater(reason: string, retryAfter?: unknown): PushOutcome {
  const waitSeconds = Number(retryAfter)
  return { outcome: 'later', reason, ...(waitSeconds > 0 ? { waitSeconds } : {}) }
}

/** Formats a time without fractions of a second, which Apple rejects (W3C, "Date and Time Formats"). */
export function formatTime(moment: Date): string {
  return moment.toISOString().replace(/\.\d+Z$/, 'Z')
}
