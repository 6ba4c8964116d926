import type * as z from 'zod'
import type * as answers from '../../contract/schemas/trust-answers.ts'
import type { DoorPass } from './door-pass.ts'

type Data<Schema extends z.ZodType> = z.output<Schema>

/** Is what the service answers at a door. */
export type Validation = Data<typeof answers.validateAnswer>
/** Is what the service makes of uploaded scans. */
export type ScansReport = Data<typeof answers.scansAnswer>

/** Is a ticket as it is presented: the text of its QR code, or a code that somebody typed. */
export type Presented = { qr: string } | { code: string }

/** Is one guest let in while there was no network, as "upload-scans" takes it. */
export type Scan = Presented & { scanId: string; scannedAt: string }

/** Says that the service did not answer, or not usefully: no network, too slow, down. */
export class NoAnswerError extends Error {}

/** Says that the service refused, with its error code, message and details. */
export class RefusedError extends Error {
  readonly code: string
  readonly details: { path: string; problem: string }[]

  constructor({ code, message, details }: { code: string; message: string; details: { path: string; problem: string }[] }) {
    super(message)
    this.code = code
    this.details = details
  }
}

/** Is the service as a door reaches it. Every call throws NoAnswerError or RefusedError. */
export interface Service {
  /** Tells whether the last call was answered. */
  isReachable(): boolean
  /** Asks for a verdict. While the service is out of reach this throws at once: a guest does not wait for what the door can decide. */
  validate(presented: Presented): Promise<Validation>
  checkIn(ticketId: number, scanId: string): Promise<Data<typeof answers.checkInAnswer>>
  undo(ticketId: number): Promise<unknown>
  uploadScans(scans: Scan[]): Promise<ScansReport>
  fetchRevocations(after: number): Promise<Data<typeof answers.revocationsAnswer>>
  fetchKeys(): Promise<KeySet>
}

/** Is the set of public keys that tokens are checked with (RFC 7517). */
export interface KeySet {
  keys: { kty: string; crv?: string; x?: string; kid?: string }[]
}

// A queue at a door waits about this long before it grumbles; the door can decide without the service.
const patienceMs = 4000
const uploadPatienceMs = 25_000

interface Question extends RequestInit {
  timeoutMs: number
  isOurs(answer: Record<string, unknown>): boolean
}

/** Makes the calls of a door, which show its pass. */
export function callService({ eventId, pass }: DoorPass): Service {
  let isReachable = true
  const ask = async (path: string, { timeoutMs, isOurs, ...init }: Question) => {
    try {
      const answer = await fetchJson(path, init, timeoutMs)
      // Not the service's words: those of something on the way to it, which also knows JSON.
      if (!isOurs(answer)) throw new NoAnswerError('Something else than the service answered.')
      isReachable = true
      return answer
    } catch (error) {
      isReachable = false
      throw error
    }
  }
  const call = async (path: string, body?: unknown, timeoutMs = patienceMs) => {
    const headers = { authorization: `Door ${pass}`, 'content-type': 'application/json' }
    const method = body === undefined ? 'GET' : 'POST'
    const content = body === undefined ? {} : { body: JSON.stringify(body) }
    const isOurs = (answer: Record<string, unknown>) => typeof answer.success === 'boolean'
    const response = await ask(path, { method, headers, ...content, timeoutMs, isOurs })
    if (!response.success) throw new RefusedError(response.error)
    return response.data
  }
  return {
    isReachable: () => isReachable,
    validate: async (presented) => {
      if (!isReachable) throw new NoAnswerError('The service was out of reach a moment ago.')
      return call('door/api/tickets/validate', presented)
    },
    checkIn: (ticketId, scanId) => call(`door/api/tickets/${ticketId}/check-in`, { scanId }),
    undo: (ticketId) => call(`door/api/tickets/${ticketId}/check-in`, { undo: true }),
    uploadScans: (scans) => call(`door/api/events/${eventId}/scans`, { scans }, uploadPatienceMs),
    fetchRevocations: (after) => call(`door/api/events/${eventId}/revocations?after=${after}`),
    fetchKeys: () => ask('.well-known/ticket-keys.json', { timeoutMs: patienceMs, isOurs: ({ keys }) => Array.isArray(keys) }),
  }
}

async function fetchJson(path: string, init: RequestInit, timeoutMs: number) {
  if (!navigator.onLine) throw new NoAnswerError('There is no network.')
  try {
    const response = await fetch(path, { ...init, cache: 'no-store', signal: AbortSignal.timeout(timeoutMs) })
    if (response.status >= 500 || response.status === 429) throw new NoAnswerError(`The service answered ${response.status}.`)
    const answer = await response.json()
    if (typeof answer !== 'object' || answer === null) throw new NoAnswerError('Something else than the service answered.')
    return answer
  } catch (error) {
    // fetch says TypeError where there is no network, json() SyntaxError where a hotel's login page answered, abort where it was slow.
    throw error instanceof NoAnswerError ? error : new NoAnswerError('The service did not answer.', { cause: error })
  }
}
