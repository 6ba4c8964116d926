import { createHash } from 'node:crypto'
import * as z from 'zod'
import type { Signer } from '../../functions/aws/request-signer.ts'
import { ForeignAnswer, reasonOf, ServiceRefusal } from './failures.ts'
import { Retry, type RetryOptions, TransientFault } from './retry.ts'

/** A route of the contract that answers with data in the success envelope. */
export interface DataRoute<Schema extends z.ZodType> {
  method: string
  path: string
  success: { data: Schema }
}

/** The arguments of a call: values for the `{names}` in the path, the query, and the JSON body. */
export interface Call {
  params?: Record<string, string | number>
  query?: Record<string, string>
  body?: unknown
}

/**
 * A client of the ticket service. `call`, `upload` and `fetchPdf` retry transient failures, which idempotent routes make
 * safe, and throw ServiceRefusal, ServiceUnreachable, ForeignAnswer or Interrupted.
 */
export interface Service {
  url: string
  /** Calls a route and validates its answer against the contract. */
  call<Schema extends z.ZodType>(route: DataRoute<Schema>, call: Call): Promise<z.output<Schema>>
  /** Puts content at a presigned address. */
  upload(upload: { uploadUrl: string; headers: Record<string, string> }, content: string): Promise<void>
  /**
   * Sends a call once, with its JSON body as text, and returns whatever the service answers.
   * @throws TransientFault or ForeignAnswer for an answer that is not the service's.
   */
  forward(route: Pick<DataRoute<z.ZodType>, 'method' | 'path'>, call: Call & { body?: string | undefined }): Promise<Answer>
  /** Downloads the PDF of a guest link; returns undefined if it equals `known`. */
  fetchPdf(link: string, known?: Buffer): Promise<Buffer | undefined>
}

// Above API Gateway's timeout of 29 s, so that its answer arrives first.
const defaultTimeoutMs = 35_000
// A list of half a million ids, on a slow line.
const uploadTimeoutMs = 600_000
const transientStatuses = new Set([408, 429, 502, 503, 504])

/** Makes a client of the service at a base URL, which may have a path such as a stage of API Gateway. */
export function openService(url: string, options: RetryOptions & { sign?: Signer | undefined }): Service {
  const retry = new Retry(options)
  const base = url.replace(/\/+$/, '')
  return {
    url: base,
    call: (route, call) =>
      retry.run(async () => {
        const address = addressOf(base, route.path, call)
        const body = call.body === undefined ? undefined : JSON.stringify(call.body)
        const answer = await exchange(address, await requestOf(options.sign, { ...route, address }, body), options)
        if (answer.ok) return readData(route.success.data, answer)
        throw failureOf(
          answer,
          options.sign ? [] : ['If the service requires signed requests, set the AWS region with --region.'],
        )
      }),
    upload: ({ uploadUrl, headers }, content) =>
      retry.run(async () => {
        const init = { method: 'PUT', headers, body: content }
        const answer = await exchange(uploadUrl, init, { signal: options.signal, timeoutMs: uploadTimeoutMs })
        if (!answer.ok && transientStatuses.has(answer.status)) throw failureOf(answer)
        if (!answer.ok) throw new ForeignAnswer(`${withoutSignature(answer)} refused the upload: ${excerptOf(answer)}`)
      }),
    forward: async (route, { body, ...call }) => {
      const address = addressOf(base, route.path, call)
      const answer = await exchange(address, await requestOf(options.sign, { ...route, address }, body), options)
      if (answer.ok || failure.safeParse(jsonOf(answer)).success) return answer
      throw failureOf(answer)
    },
    fetchPdf: (link, known) =>
      retry.run(async () => {
        const answer = await exchange(link, known ? { headers: { 'if-none-match': etagOf(known) } } : {}, options)
        if (known && (answer.status === 304 || answer.content.equals(known))) return undefined
        if (answer.ok && answer.content.subarray(0, 5).toString('latin1') === '%PDF-') return answer.content
        throw failureOf(answer)
      }),
  }
}

/** Computes the ETag of an S3 object from a single upload. Another ETag costs a download, not correctness. */
function etagOf(content: Buffer): string {
  return `"${createHash('md5').update(content).digest('hex')}"`
}

/** An answer, read to its end. */
export interface Answer {
  ok: boolean
  status: number
  headers: Headers
  address: string
  content: Buffer
}

interface TimeLimits {
  signal: AbortSignal
  timeoutMs?: number
}

async function exchange(
  address: string,
  init: RequestInit,
  { signal, timeoutMs = defaultTimeoutMs }: TimeLimits,
): Promise<Answer> {
  try {
    const response = await fetch(address, { ...init, signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]) })
    const content = Buffer.from(await response.arrayBuffer())
    return { ok: response.ok, status: response.status, headers: response.headers, address, content }
  } catch (error) {
    throw new TransientFault(`${new URL(address).origin} does not answer: ${reasonOf(error)}.`, { cause: error })
  }
}

function addressOf(base: string, path: string, { params = {}, query = {} }: Call): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(params[name] ?? ''))
  // SigV4 signs spaces as %20.
  const search = new URLSearchParams(query).toString().replaceAll('+', '%20')
  return `${base}${filled}${search && `?${search}`}`
}

type Target = { method: string; address: string }

async function requestOf(sign: Signer | undefined, { method, address }: Target, body?: string): Promise<RequestInit> {
  const type = body === undefined ? {} : { 'content-type': 'application/json' }
  const headers = sign ? await sign({ method, address, headers: type, body }) : type
  // A redirect would take the signature, with its session token, to another address.
  return { method, headers, redirect: 'manual', ...(body === undefined ? {} : { body }) }
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
  throw new ForeignAnswer(`${withoutSignature(answer)} answered outside the contract: ${issue?.path.join('.')} ${issue?.message}`)
}

/** Converts an answer into an error: the service's refusal, a transient fault, or another server's answer. */
function failureOf(answer: Answer, hintWhereForbidden: readonly string[] = []): Error {
  const refusal = failure.safeParse(jsonOf(answer)).data?.error
  // The service's own 502 is final: it has tried that ticket twice.
  if (transientStatuses.has(answer.status) && !(refusal && answer.status === 502)) {
    const reason = refusal ? `${refusal.message} (${refusal.code})` : `status ${answer.status}.`
    const retryAfterSeconds = secondsOf(answer.headers.get('retry-after'))
    return new TransientFault(`${new URL(answer.address).origin} is not available: ${reason}`, { retryAfterSeconds })
  }
  const error = refusal
    ? new ServiceRefusal(refusal)
    : new ForeignAnswer(`${withoutSignature(answer)} is not the ticket service: it answered ${excerptOf(answer)}`)
  if (answer.status === 403 && hintWhereForbidden.length > 0) error.hint = hintWhereForbidden
  return error
}

function excerptOf({ status, content }: Answer): string {
  return `${status} ${content.toString('utf8').replace(/\s+/g, ' ').slice(0, 120)}`
}

/** Removes query and fragment: the signature of a guest link, even in a log, gives access to the ticket. */
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

/** Parses Retry-After: seconds or a date (RFC 9110, section 10.2.3). */
function secondsOf(retryAfter: string | null): number {
  if (!retryAfter) return 0
  const seconds = /^[0-9]+$/.test(retryAfter) ? Number(retryAfter) : (Date.parse(retryAfter) - Date.now()) / 1000
  return Number.isFinite(seconds) ? Math.max(0, seconds) : 0
}
