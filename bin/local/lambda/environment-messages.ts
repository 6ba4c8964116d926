import * as z from 'zod'

/** Takes what the Lambda service sends to a function environment: one invocation; `event` is JSON. */
export const invocation = z.object({ requestId: z.string(), functionName: z.string(), deadline: z.number(), event: z.string() })

/** Takes what a function environment answers: that it is ready, or an outcome, as JSON. */
export const answer = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('result'), payload: z.string() }),
  z.object({ type: z.literal('error'), payload: z.string() }),
])

/** Is what a function environment answers. */
export type Answer = z.output<typeof answer>
