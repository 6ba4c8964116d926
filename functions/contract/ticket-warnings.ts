import * as z from 'zod'
import { nameIn } from './schemas/values.ts'

/** The flaws that a printed ticket can have, by code. */
export const ticketWarningCodes = {
  MISSING_GLYPHS: 'Letters that no font has are printed as boxes.',
  TEXT_CLIPPED: 'Text is cut off, by its box or by the edge of the page.',
} as const

/** A warning of a printed ticket: `count` letters are missing, or texts cut off. It never quotes the ticket. */
export const ticketWarning = z.object({ code: nameIn(ticketWarningCodes), count: z.int().min(1) }).meta({ id: 'TicketWarning' })

/** A warning of a printed ticket. */
export type TicketWarning = z.output<typeof ticketWarning>
