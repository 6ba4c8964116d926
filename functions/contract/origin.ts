import * as z from 'zod'

/**
 * What set off a piece of work, as one function tells the next: the API request, for its log lines, and the span that asked for the work,
 * where there are traces. Source: W3C Trace Context, "traceparent Header". Anything else counts as not told.
 */
export const origin = z
  .object({
    requestId: z.string().min(1).max(128).optional().catch(undefined),
    traceparent: z
      .string()
      .regex(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}/)
      .optional()
      .catch(undefined),
  })
  .catch({})

/** What set off a piece of work. */
export type Origin = z.output<typeof origin>
