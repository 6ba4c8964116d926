import * as z from 'zod'
import type { ErrorCode } from './generated/contract.ts'

const refusal = z.object({
  success: z.literal(false),
  error: z.object({
    code: z.custom<ErrorCode>((code) => typeof code === 'string'),
    message: z.string(),
    details: z.array(z.object({ path: z.string(), problem: z.string() })),
    requestId: z.string(),
  }),
})

const passingStatuses = new Set([408, 429, 503, 504])
const excerptCharacters = 120

/** A call that failed: the service refused it, something else answered, or nothing did. */
export class CoreError extends Error {
  /** The service's code; null if something else answered, or nothing. */
  readonly code: ErrorCode | null
  /** The status of the answer; 0 without one. */
  readonly status: number
  readonly details: readonly { path: string; problem: string }[]
  readonly requestId: string | null
  /** The address called, without its query, which may hold a signature. */
  readonly address: string
  /** The status and the first characters of the answer. */
  readonly excerpt: string
  /** Whether the same call may succeed later. */
  readonly isPassing: boolean
  readonly retryAfterSeconds: number

  private constructor(url: string, answer?: { response: Response; content: string }, options?: ErrorOptions) {
    const { origin, pathname } = new URL(url)
    const address = origin + pathname
    const error = answer && refusal.safeParse(parseJson(answer.content)).data?.error
    const excerpt = answer ? `${answer.response.status} ${answer.content.replace(/\s+/g, ' ').slice(0, excerptCharacters)}` : ''
    const foreign = answer ? `${address} is not the ticket service: it answered ${excerpt}` : `${origin} does not answer.`
    super(error?.message ?? foreign, options)
    this.name = 'CoreError'
    this.code = error?.code ?? null
    this.status = answer?.response.status ?? 0
    this.details = error?.details ?? []
    this.requestId = error?.requestId ?? null
    this.address = address
    this.excerpt = excerpt
    const retryAfter = answer?.response.headers.get('retry-after') ?? null
    this.retryAfterSeconds = secondsOf(retryAfter)
    // The service's own 502 is final: it has tried that ticket twice.
    this.isPassing = !answer || retryAfter !== null || passingStatuses.has(this.status) || (this.status === 502 && !error)
  }

  /** Reads the answer to a failed call. */
  static async of(response: Response): Promise<CoreError> {
    return new CoreError(response.url, { response, content: await response.text() })
  }

  /** Reports a connection that failed or took too long. */
  static unanswered(url: string, reason: unknown): CoreError {
    return new CoreError(url, undefined, { cause: reason instanceof Error ? (reason.cause ?? reason) : reason })
  }
}

/** Parses JSON; undefined for any other text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Parses Retry-After: seconds or a date (RFC 9110, section 10.2.3). */
function secondsOf(retryAfter: string | null): number {
  if (!retryAfter) return 0
  const seconds = /^[0-9]+$/.test(retryAfter) ? Number(retryAfter) : (Date.parse(retryAfter) - Date.now()) / 1000
  return Number.isFinite(seconds) ? Math.max(0, seconds) : 0
}
