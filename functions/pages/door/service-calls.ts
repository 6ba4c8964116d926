import type * as z from 'zod'
import type { Presented } from '../../contract/presented-code.ts'
import type * as answers from '../../contract/schemas/trust-answers.ts'
import type { DoorPass } from './door-pass.ts'

type Data<Schema extends z.ZodType> = z.output<Schema>

/** The service's verdict on a presented ticket. */
export type Validation = Data<typeof answers.validateAnswer>
/** The service's report on uploaded scans. */
export type ScansReport = Data<typeof answers.scansAnswer>

/** A presented ticket with the id of its scan. */
export type PresentedScan = Presented & { scanId: string }

/** An offline admission, as "upload-scans" takes it. */
export type Scan = PresentedScan & { scannedAt: string }

/** No usable response from the service: no network, a timeout, or an outage. */
export class NoResponseError extends Error {}

/** The service refused the request; carries its error code, message and details. */
export class RefusedError extends Error {
  readonly code: string
  readonly details: { path: string; problem: string }[]

  constructor({ code, message, details }: { code: string; message: string; details: { path: string; problem: string }[] }) {
    super(message)
    this.code = code
    this.details = details
  }
}

/** A client of the service for a door. Every call throws NoResponseError or RefusedError. */
export interface Service {
  /** Checks whether the last request got a response. */
  isReachable(): boolean
  /** Validates a ticket. Throws immediately while the service is unreachable: the door decides then. */
  validate(presented: Presented): Promise<Validation>
  checkIn(ticketId: number, scan: PresentedScan): Promise<Data<typeof answers.checkInAnswer>>
  /** Undoes the check-in that the scan made. */
  undo(ticketId: number, scan: PresentedScan): Promise<unknown>
  uploadScans(scans: Scan[]): Promise<ScansReport>
  fetchRevocations(after: number): Promise<Data<typeof answers.revocationsAnswer>>
  fetchKeys(): Promise<KeySet>
}

/** The public keys that verify tokens (RFC 7517). */
export interface KeySet {
  keys: { kty: string; crv?: string; x?: string; kid?: string }[]
}

// Short, because a queue is waiting and the door can decide without the service.
const timeoutMs = 4000
const uploadTimeoutMs = 25_000

interface Call extends RequestInit {
  timeoutMs: number
  isOurs(answer: Record<string, unknown>): boolean
}

/** Makes a client that authorises its requests with a door pass. */
export function callService({ eventId, pass }: DoorPass): Service {
  let isReachable = true
  const ask = async (path: string, { timeoutMs, isOurs, ...init }: Call) => {
    try {
      const answer = await fetchJson(path, init, timeoutMs)
      // JSON from something between the page and the service, such as a proxy.
      if (!isOurs(answer)) throw new NoResponseError('The response is not from the service.')
      isReachable = true
      return answer
    } catch (error) {
      isReachable = false
      throw error
    }
  }
  const call = async (path: string, body?: unknown, callTimeoutMs = timeoutMs) => {
    const headers = { authorization: `Door ${pass}`, 'content-type': 'application/json' }
    const method = body === undefined ? 'GET' : 'POST'
    const content = body === undefined ? {} : { body: JSON.stringify(body) }
    const isOurs = (answer: Record<string, unknown>) => typeof answer.success === 'boolean'
    const response = await ask(path, { method, headers, ...content, timeoutMs: callTimeoutMs, isOurs })
    if (!response.success) throw new RefusedError(response.error)
    return response.data
  }
  return {
    isReachable: () => isReachable,
    validate: async (presented) => {
      if (!isReachable) throw new NoResponseError('The service was unreachable a moment ago.')
      return call('door/api/tickets/validate', presented)
    },
    checkIn: (ticketId, scan) => call(`door/api/tickets/${ticketId}/check-in`, scan),
    undo: (ticketId, scan) => call(`door/api/tickets/${ticketId}/check-in`, { ...scan, undo: true }),
    uploadScans: (scans) => call(`door/api/events/${eventId}/scans`, { scans }, uploadTimeoutMs),
    fetchRevocations: (after) => call(`door/api/events/${eventId}/revocations?after=${after}`),
    fetchKeys: () => ask('.well-known/ticket-keys.json', { timeoutMs, isOurs: ({ keys }) => Array.isArray(keys) }),
  }
}

async function fetchJson(path: string, init: RequestInit, timeoutMs: number) {
  if (!navigator.onLine) throw new NoResponseError('The browser is offline.')
  try {
    const response = await fetch(path, { ...init, cache: 'no-store', signal: AbortSignal.timeout(timeoutMs) })
    if (response.status >= 500 || response.status === 429)
      throw new NoResponseError(`The service responded with status ${response.status}.`)
    const answer = await response.json()
    if (typeof answer !== 'object' || answer === null) throw new NoResponseError('The response is not from the service.')
    return answer
  } catch (error) {
    // fetch throws TypeError without a network, json() SyntaxError for a captive portal's page, and the
    // signal TimeoutError.
    throw error instanceof NoResponseError ? error : new NoResponseError('The service did not respond.', { cause: error })
  }
}
