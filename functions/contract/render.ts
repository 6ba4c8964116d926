import { z } from 'zod'
import { type ErrorCode, errorCodes } from './errors.ts'
import { ticketsPerChunk } from './queues.ts'
import { id } from './schemas.ts'

const code = z.enum(Object.keys(errorCodes)).pipe(z.custom<ErrorCode>())
const problem = z.object({ path: z.string(), problem: z.string() })

/** Takes a chunk: items of one job that are printed together. It is the body of a queue's message. */
export const chunk = z.strictObject({ jobId: id, itemIds: z.array(id).min(1).max(ticketsPerChunk) })

/** Is a chunk: items of one job that are printed together. */
export type Chunk = z.output<typeof chunk>

/** Takes what a render function is asked: print these items of a job, or prove that the browser works. */
export const renderRequest = z.union([chunk, z.strictObject({ probe: z.literal(true) })])

/** Tells how one item ended. A failed item is settled as such; the row says the same. */
export const renderedItem = z.discriminatedUnion('status', [
  z.object({ itemId: id, status: z.literal('generated') }),
  z.object({ itemId: id, status: z.literal('failed'), code, message: z.string(), details: z.array(problem) }),
])

/**
 * Takes what a render function answers: each item's end, a passing fault that settled nothing, or that the probe was printed.
 */
export const renderAnswer = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('settled'), items: z.array(renderedItem) }),
  z.object({ outcome: z.literal('unavailable'), code, message: z.string() }),
  z.object({ outcome: z.literal('working') }),
])

/** Is what a render function is asked. */
export type RenderRequest = z.output<typeof renderRequest>

/** Tells how one item ended. */
export type RenderedItem = z.output<typeof renderedItem>

/** Is what a render function answers. */
export type RenderAnswer = z.output<typeof renderAnswer>

/** Tells how many times RENDER_DEADLINE_SECONDS a print of so many tickets may take: more than one ticket's, though far less than each one's. */
export function deadlinesOf(ticketCount: number): number {
  return 1 + ticketCount / 25
}
