import { setTimeout as delay } from 'node:timers/promises'
import * as z from 'zod'
import { CoreError, parseJson } from './core-error.ts'
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
import { type RetriedInit, Retry, type RetryOptions } from './retrying-fetch.ts'
import { type Signer, signedFetch } from './signed-fetch.ts'

export { CoreError, type ErrorCode }

/** Where the service is, and how to call it. */
export interface CoreOptions extends RetryOptions {
  /** Its address, with the stage of API Gateway if there is one. */
  url: string
  /** Signs calls for AWS in this region, with the credentials that the AWS CLI would use; absent for a local service. */
  region?: string
  /** Signs calls instead. */
  sign?: Signer
  /** Checks the data of each answer; what it throws ends the call. */
  onData?: (operation: OperationId, data: unknown) => void
}

/** A client with a method for each route: `core.generate_ticket({ body })`. */
export type Core = ReturnType<typeof openCore>

/** Opens a client for Core. A call that still fails after its retries throws a CoreError. */
export function openCore({ url, region, sign, onData, ...options }: CoreOptions) {
  const retry = new Retry(options)
  const serverUrl = url.replace(/\/+$/, '')
  const send = retry.wrap(signedFetch(sign ?? region))
  const client = createClient<Ops, OperationId, OperationPath, OperationTag>(OPERATIONS, {
    serverUrl,
    fetch: send,
    // Every call is safe to repeat: by nature, or with this key.
    idempotencyKey: true,
    clientHeader: false,
    onResponse: async (response, { operation }) => {
      const isData = operation.path.startsWith('/api/')
      // A redirect leads to a file in S3, which takes no signature of ours.
      if (response.status === 302 && (!isData || operation.id === 'download-batch'))
        return Response.json({ success: true, data: { location: response.headers.get('location') } })
      if (!isData || fileType.test(response.headers.get('content-type') ?? '')) return undefined
      const { data } = success.safeParse(parseJson(await response.clone().text()))
      if (!data) throw await CoreError.of(response)
      onData?.(operation.id, data.data)
      return undefined
    },
  })
  return Object.assign(client, {
    /** Calls a path of the service, signed; `core.send('/api/events')` answers as fetch does. */
    send: (path: string, init?: RetriedInit) => send(serverUrl + path, init),
    /** Follows a link of an answer, to a file or an upload, without signing: with the same retries, and a CoreError for a failure. */
    fetch: retry.wrap(fetch),
  })
}

const success = z.object({ success: z.literal(true), data: z.unknown() })
const fileType = /^(?:application\/pdf|image\/png|text\/csv)/

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

/** Waits for the file of a batch, and returns its address, which is valid for five minutes. */
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
