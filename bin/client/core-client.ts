import { setTimeout as delay } from 'node:timers/promises'
import * as z from 'zod'
import {
  type BatchStatusAnswer,
  createClient,
  type DownloadProgress,
  type ErrorCode,
  OPERATIONS,
  type OperationId,
  type OperationPath,
  type OperationTag,
  type Ops,
} from './generated/contract.ts'
import { type Signer, signedFetch } from './signed-fetch.ts'

export type { ErrorCode }

/** An error that the service answered, or `code` null for an answer that is not the service's. */
export class CoreError extends Error {
  readonly code: ErrorCode | null
  readonly status: number
  readonly details: readonly { path: string; problem: string }[]
  readonly requestId: string | null

  constructor(status: number, answer: z.output<typeof failure> | undefined) {
    super(answer?.error.message ?? `The answer is not the ticket service's: status ${status}.`)
    this.name = 'CoreError'
    this.status = status
    this.code = answer?.error.code ?? null
    this.details = answer?.error.details ?? []
    this.requestId = answer?.error.requestId ?? null
  }
}

const failure = z.object({
  error: z.object({
    code: z.custom<ErrorCode>((code) => typeof code === 'string'),
    message: z.string(),
    details: z.array(z.object({ path: z.string(), problem: z.string() })),
    requestId: z.string(),
  }),
})

/** Where the service is, and how to call it. */
export interface CoreOptions {
  /** Its address, with the stage of API Gateway if there is one. */
  url: string
  /** Signs calls for AWS in this region, with the credentials that the AWS CLI would use; absent for a local service. */
  region?: string
  /** Signs calls instead. */
  sign?: Signer
  /** How long to retry, waiting for Retry-After, or up to two seconds; five seconds where nothing ever answered. */
  retrySeconds?: number
  /** Ends all calls. */
  signal?: AbortSignal
}

/** A client with a method for each route: `core.generate_ticket({ body })`. */
export type Core = ReturnType<typeof openCore>

// Above API Gateway's timeout of 29 s, so that its answer arrives first.
const timeoutMs = 35_000
// An address that never answered is more likely mistyped than down.
const firstContactSeconds = 5

/** Opens a client for Core. A call that fails for good throws a CoreError. */
export function openCore({ url, region, sign, retrySeconds = 120, signal }: CoreOptions) {
  const firstFailures = new WeakMap<object, number>()
  let isReached = false
  return createClient<Ops, OperationId, OperationPath, OperationTag>(OPERATIONS, {
    serverUrl: url.replace(/\/+$/, ''),
    fetch: signedFetch(sign ?? region, signal),
    timeout: timeoutMs,
    // Every call is safe to repeat: by nature, or with this key.
    idempotencyKey: true,
    clientHeader: false,
    retry: {
      retries: Number.MAX_SAFE_INTEGER,
      retryDelay: 2000,
      retryStrategy: 'fixed',
      retryOn: ({ request, response }) => {
        const begunAt = firstFailures.get(request) ?? performance.now()
        firstFailures.set(request, begunAt)
        isReached ||= response !== undefined
        const allowedSeconds = isReached ? retrySeconds : Math.min(retrySeconds, firstContactSeconds)
        const isOver = signal?.aborted || performance.now() - begunAt > allowedSeconds * 1000
        return !isOver && (!response || isPassing(response))
      },
    },
    // A redirect leads to a file in S3, which takes no signature of ours.
    onResponse: (response) =>
      response.status === 302
        ? Response.json({ success: true, data: { location: response.headers.get('location') } })
        : undefined,
    onError: (error) => new CoreError(error.status, failure.safeParse(error.body).data),
  })
}

const passingStatuses = new Set([408, 429, 503, 504])

/** Returns whether an answer passes by itself: it is known for that, or the service says when to ask again. */
function isPassing({ status, headers }: Response): boolean {
  return passingStatuses.has(status) || headers.has('retry-after')
}

/** Reads a list page by page: `for await (const page of pagesOf((query) => core.list_events({ query })))`. */
export async function* pagesOf<Page extends { nextCursor: string | null }>(
  read: (query: { cursor?: string }) => Promise<{ data: Page }>,
): AsyncGenerator<Page> {
  let query: { cursor?: string } = {}
  for (;;) {
    const { data } = await read(query)
    yield data
    if (data.nextCursor === null) return
    query = { cursor: data.nextCursor }
  }
}

const longestPauseMs = 2000

/** Waits for a batch to end, and returns its last status with the first page of its tickets. */
export async function waitForBatch(
  core: Core,
  batchId: string,
  { signal, onStatus }: { signal?: AbortSignal; onStatus?: (status: BatchStatusAnswer) => void } = {},
): Promise<BatchStatusAnswer> {
  for (let pauseMs = 200; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    const { data } = await core.get_batch_status({ path: { batchId } })
    onStatus?.(data)
    if (data.status !== 'processing') return data
    await delay(pauseMs, undefined, signal ? { signal } : {})
  }
}

const download = z.object({
  data: z.union([z.object({ location: z.url() }), z.object({ doneCount: z.int(), totalCount: z.int() })]),
})

/** Waits for the file of a batch, and returns its address, which lives for five minutes. */
export async function waitForDownload(
  core: Core,
  { batchId, format }: { batchId: string; format: DownloadProgress['format'] },
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (doneCount: number, totalCount: number) => void } = {},
): Promise<string> {
  for (;;) {
    const { data } = download.parse(await core.download_batch({ path: { batchId }, query: { format } }))
    if ('location' in data) return data.location
    onProgress?.(data.doneCount, data.totalCount)
    await delay(longestPauseMs, undefined, signal ? { signal } : {})
  }
}
