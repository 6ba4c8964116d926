import * as z from 'zod'
import { branding } from '../contract/schemas/branding.ts'

/**
 * The facts of a ticket, in display order, each with the variable it shows, and a label in
 * `template/helpers/labels.ts`. A pass for Apple Wallet lists all of them on its back.
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

/** A fact of a ticket in the guest's language. */
export type PassFact = z.output<typeof passFact>

const moment = z.coerce.date().optional()

/** Schema of the data of a wallet pass. `payload` is the text of the QR code; `facts` are in display order. */
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

/** Schema of what a wallet is told: which devices should ask for their passes, or what passes in Google Wallet say now. */
export const passUpdates = z.union([z.object({ devices: z.array(device) }), z.object({ tickets: z.array(passTicket) })])

/** What a wallet is told. */
export type PassUpdates = z.output<typeof passUpdates>

const pushOutcome = z.object({
  outcome: z.enum(['told', 'gone', 'later']),
  reason: z.string().optional(),
  waitSeconds: z.number().optional(),
})

/** Schema of the outcomes of updates, in their order: told, gone for good, or to be tried later, for which `waitSeconds` were asked. */
export const pushOutcomes = z.array(pushOutcome)

/** The outcome of an update. */
export type PushOutcome = z.output<typeof pushOutcome>

/** Reads an outcome from an answer that is neither "told" nor "gone": the wallet's service asks to wait, or is in trouble. */
export function tryLater(reason: string, retryAfter: unknown): PushOutcome {
  const waitSeconds = Number(retryAfter)
  return { outcome: 'later', reason, ...(waitSeconds > 0 ? { waitSeconds } : {}) }
}
