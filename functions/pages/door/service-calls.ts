import type * as z from 'zod'
import type { Presented } from '../../contract/presented-code.ts'
import type * as answers from '../../contract/schemas/trust-answers.ts'
import type { DoorPass } from './door-pass.ts'

type Data<Schema extends z.ZodType> = z.output<Schema>

/** The service's verdict on a presented ticket. */
export type Validation = Data<typeof answers.validateAnswer>
/** The service's report on uploaded scans. */
export type ScansReport = Data<typeof answers.scansAnswer>

/** The way a ticket is identified at the door: by what was presented, or by the guest who was found. */
export type Shown = Presented | { ticketId: number }

/** A scan: its id, which makes sending it again idempotent, and the direction of the passage. */
export interface ScanFacts {
  scanId: string
  direction: 'in' | 'out'
}

/** A scan made offline, as "upload-scans" takes it. */
export type Scan = Shown & ScanFacts & { scannedAt: string }

/** An event as doors know it. */
export type DoorEvent = Data<typeof answers.revocationsAnswer>['event']

/** The tickets that a search by name has found. */
export type FoundGuests = Data<typeof answers.foundGuestsAnswer>['tickets']

/** An error for a request without a usable response: no network, a timeout, or an outage. */
export class NoResponseError extends Error {}

/** An error for a request that the service refused, with its error code, message and details. */
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
  /** Validates a ticket. Throws immediately while the service is unreachable, so that the door decides. */
  validate(presented: Presented, scan: ScanFacts): Promise<Validation>
  /** Lets a guest in or out. A guest who was found by name presents nothing. */
  checkIn(ticketId: number, shown: Shown, scan: ScanFacts): Promise<Data<typeof answers.checkInAnswer>>
  /** Undoes the passage of a scan. */
  undo(ticketId: number, shown: Shown, scan: ScanFacts): Promise<unknown>
  uploadScans(scans: Scan[]): Promise<ScansReport>
  fetchRevocations(after: number): Promise<Data<typeof answers.revocationsAnswer>>
  /** Fetches the guests who changed after a number. Requires a pass for the list of guests. */
  fetchGuests(after: number): Promise<Data<typeof answers.doorGuestListAnswer>>
  findGuests(query: string): Promise<FoundGuests>
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

/**
 * Makes a client that authorises its requests with a door pass. `learnClock` gets by how many milliseconds the service's
 * clock is ahead of the device's.
 */
export function callService({ eventId, pass }: DoorPass, learnClock: (offsetMs: number) => void): Service {
  let isReachable = true
  const ask = async (path: string, { timeoutMs, isOurs, ...init }: Call) => {
    try {
      const answer = await fetchJson(path, init, timeoutMs)
      // A proxy between the page and the service may answer with JSON of its own.
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
    const sentAt = Date.now()
    const response = await ask(path, { method, headers, ...content, timeoutMs: callTimeoutMs, isOurs })
    // The answer was written about halfway between the request and now.
    if (response.serverTime) learnClock(Date.parse(response.serverTime) - (sentAt + Date.now()) / 2)
    if (!response.success) throw new RefusedError(response.error)
    return response.data
  }
  return {
    isReachable: () => isReachable,
    validate: async (presented, scan) => {
      if (!isReachable) throw new NoResponseError('The service was unreachable a moment ago.')
      return call('door/api/tickets/validate', { ...presented, ...scan })
    },
    checkIn: (ticketId, shown, scan) => call(`door/api/tickets/${ticketId}/check-in`, { ...presentedIn(shown), ...scan }),
    undo: (ticketId, shown, scan) =>
      call(`door/api/tickets/${ticketId}/check-in`, { ...presentedIn(shown), ...scan, undo: true }),
    uploadScans: (scans) => call(`door/api/events/${eventId}/scans`, { scans }, uploadTimeoutMs),
    fetchRevocations: (after) => call(`door/api/events/${eventId}/revocations?after=${after}`),
    fetchGuests: (after) => call(`door/api/events/${eventId}/guest-list?after=${after}`, undefined, uploadTimeoutMs),
    findGuests: async (query) => (await call(`door/api/events/${eventId}/guests?q=${encodeURIComponent(query)}`)).tickets,
    fetchKeys: () => ask('.well-known/ticket-keys.json', { timeoutMs, isOurs: ({ keys }) => Array.isArray(keys) }),
  }
}

function presentedIn(shown: Shown): Presented | object {
  return 'ticketId' in shown ? {} : shown
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
