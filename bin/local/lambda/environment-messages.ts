import * as z from 'zod'

/**
 * Schema of the Lambda service's message to a function environment: one invocation, with its event as JSON.
 */
export const invocation = z.object({ requestId: z.string(), functionName: z.string(), deadline: z.number(), event: z.string() })

/** Schema of a function environment's message to the Lambda service: ready, or an outcome as JSON. */
export const answer = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('result'), payload: z.string() }),
  z.object({ type: z.literal('error'), payload: z.string() }),
])

/** A function environment's message to the Lambda service. */
export type Answer = z.output<typeof answer>
