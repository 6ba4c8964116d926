import * as z from 'zod'
import { errorCodes } from '../errors.ts'
import { time } from './answers.ts'
import { fieldProblem, id, nameIn } from './values.ts'

/** A request to the eraser: to erase a guest, to start erasing an event, or to continue what was started. */
export const erasureRequest = z.union([
  z.strictObject({ guest: z.strictObject({ eventId: id, guestId: id }) }),
  z.strictObject({ event: z.strictObject({ eventId: id }) }),
  z.object({}),
])

/** A request to the eraser. */
export type ErasureRequest = z.output<typeof erasureRequest>

/** The eraser's answer: the time of the erasure or of the request, or an error of the service. */
export const erasureAnswer = z.union([
  z.object({ at: time }),
  z.object({ code: nameIn(errorCodes), message: z.string(), details: z.array(fieldProblem) }),
])

/** The eraser's answer. */
export type ErasureAnswer = z.output<typeof erasureAnswer>

/** The answer of "erase-guest". */
export const guestErased = z.object({ eventId: id, guestId: id, erasedAt: time })

/** The answer of "erase-event". */
export const eventErasure = z.object({ eventId: id, requestedAt: time })
