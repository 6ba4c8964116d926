import * as z from 'zod'

/**
 * The origin of a piece of work, which each function passes on to the next: the API request, for log lines, and the
 * parent span, if there are traces. Malformed values are ignored. Source: W3C Trace Context, "traceparent Header".
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

/** The origin of a piece of work. */
export type Origin = z.output<typeof origin>
