import * as z from 'zod'
import type { Signer } from './aws-signature.ts'
import { ForeignAnswer, messageOf, ServiceRefusal } from './failures.ts'
import { PassingFault, Patience, type PatienceOptions } from './patience.ts'

/** Is a route of the contract whose answer is data in the success envelope. */
export interface DataRoute<Schema extends z.ZodType> {
  method: string
  path: string
  success: { data: Schema }
}

/** Is what a call to a route carries: values for the `{names}` of its path, a query, and a body that becomes JSON. */
export interface Call {
  params?: Record<string, string | number>
  query?: Record<string, string>
  body?: unknown
}

/** Is the ticket service behind its HTTP contract. Both methods wait out passing faults, as long as patience lasts. */
export interface Service {
  url: string
  /**
   * Calls a route and checks its answer against the contract.
   * @throws ServiceRefusal, ServiceUnreachable, ForeignAnswer, Interrupted.
   */
  call<Schema extends z.ZodType>(route: DataRoute<Schema>, call: Call): Promise<z.output<Schema>>
  /**
   * Fetches the PDF behind a guest link.
   * @throws ServiceRefusal, ServiceUnreachable, ForeignAnswer, Interrupted.
   */
  fetchPdf(link: string): Promise<Buffer>
}

// A little more than API Gateway's own deadline of 29 s, so that the service's answer comes first.
const attemptMs = 35_000
const passingStatuses = new Set([429, 502, 503, 504])

/** Opens the service at a base URL, which may have a path, as a stage of API Gateway does. `sign` proves who calls, where that is asked. */
export function openService(url: string, options: PatienceOptions & { sign?: Signer | undefined }): Service {
  const patience = new Patience(options)
  const base = url.replace(/\/+$/, '')
  return {
    url: base,
    call: (route, call) =>
      patience.persist(async () => {
        const address = addressOf(base, route.path, call)
        const answer = await exchange(address, await requestOf(options.sign, { ...route, address }, call.body), options.signal)
        if (answer.ok) return readData(route.success.data, answer)
        throw failureOf(answer, options.sign ? undefined : 'Where calls must be signed, --region tells for which region of AWS.')
      }),
    fetchPdf: (link) =>
      patience.persist(async () => {
        const answer = await exchange(link, {}, options.signal)
        if (answer.ok && answer.content.subarray(0, 5).toString('latin1') === '%PDF-') return answer.content
        throw failureOf(answer)
      }),
  }
}

interface Answer {
  ok: boolean
  status: number
  retryAfter: string | null
  address: string
  content: Buffer
}

async function exchange(address: string, init: RequestInit, signal: AbortSignal): Promise<Answer> {
  try {
    const response = await fetch(address, { ...init, signal: AbortSignal.any([signal, AbortSignal.timeout(attemptMs)]) })
    const content = Buffer.from(await response.arrayBuffer())
    return { ok: response.ok, status: response.status, retryAfter: response.headers.get('retry-after'), address, content }
  } catch (error) {
    throw new PassingFault(`${new URL(address).origin} does not answer: ${reasonOf(error)}.`, 0, { cause: error })
  }
}

function addressOf(base: string, path: string, { params = {}, query = {} }: Call): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(params[name] ?? ''))
  // Signatures are over %20, and not everybody takes "+" for the same.
  const search = new URLSearchParams(query).toString().replaceAll('+', '%20')
  return `${base}${filled}${search && `?${search}`}`
}

type Target = { method: string; address: string }

async function requestOf(sign: Signer | undefined, { method, address }: Target, content: unknown): Promise<RequestInit> {
  const body = content === undefined ? undefined : JSON.stringify(content)
  const type = body === undefined ? {} : { 'content-type': 'application/json' }
  const headers = sign ? await sign({ method, address, headers: type, body }) : type
  return { method, headers, ...(body === undefined ? {} : { body }) }
}

const success = z.object({ success: z.literal(true), data: z.unknown() })
const failure = z.object({
  success: z.literal(false),
  error: z.object({
    code: z.string(),
    message: z.string(),
    details: z.array(z.object({ path: z.string(), problem: z.string() })),
    requestId: z.string(),
  }),
})

function readData<Schema extends z.ZodType>(schema: Schema, answer: Answer): z.output<Schema> {
  const envelope = success.safeParse(jsonOf(answer))
  if (!envelope.success) throw failureOf(answer)
  const data = schema.safeParse(envelope.data.data)
  if (data.success) return data.data
  const [issue] = data.error.issues
  throw new ForeignAnswer(`${withoutSignature(answer)} answers against the contract: ${issue?.path.join('.')} ${issue?.message}`)
}

/** Tells a refusal in the contract's shape from a fault that may pass, and both from an address that is another server's. */
function failureOf(answer: Answer, hintWhereForbidden?: string): Error {
  const refusal = failure.safeParse(jsonOf(answer)).data?.error
  if (passingStatuses.has(answer.status) && !(refusal && answer.status === 502)) {
    const reason = refusal ? `${refusal.message} (${refusal.code})` : `it answers ${answer.status}.`
    return new PassingFault(`${new URL(answer.address).origin} is not available: ${reason}`, secondsOf(answer.retryAfter))
  }
  const excerpt = answer.content.toString('utf8').replace(/\s+/g, ' ').slice(0, 120)
  const error = refusal
    ? new ServiceRefusal(refusal)
    : new ForeignAnswer(`${withoutSignature(answer)} does not answer as the ticket service does: ${answer.status} ${excerpt}`)
  if (answer.status === 403) error.hint = hintWhereForbidden
  return error
}

/** Gives the address without query and fragment: who reads a guest link's signature, be it in a log, has the ticket. */
function withoutSignature({ address }: Answer): string {
  const { origin, pathname } = new URL(address)
  return origin + pathname
}

function jsonOf({ content }: Answer): unknown {
  try {
    return JSON.parse(content.toString('utf8'))
  } catch {
    return undefined
  }
}

/** Reads Retry-After, which is seconds or a date (RFC 9110, section 10.2.3). */
function secondsOf(retryAfter: string | null): number {
  if (!retryAfter) return 0
  const seconds = /^[0-9]+$/.test(retryAfter) ? Number(retryAfter) : (Date.parse(retryAfter) - Date.now()) / 1000
  return Number.isFinite(seconds) ? Math.max(0, seconds) : 0
}

const networkError = z.object({ cause: z.object({ code: z.string().optional(), message: z.string() }) })
const meanings: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the host name is not known',
  ECONNRESET: 'the connection broke',
  UND_ERR_SOCKET: 'the connection broke',
}

function reasonOf(error: unknown): string {
  if (error instanceof DOMException && error.name === 'TimeoutError') return `nothing within ${attemptMs / 1000} s`
  const cause = networkError.safeParse(error).data?.cause
  return meanings[cause?.code ?? ''] ?? (cause?.message || cause?.code || messageOf(error))
}
