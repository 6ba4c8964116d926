import { setTimeout as delay } from 'node:timers/promises'
import type { BatchStatus, ServiceClient } from './service-client.ts'

/** What a batch came to. Times count from the moment its request was sent. */
export interface FollowedBatch {
  acceptSeconds: number
  /** When the first ticket was downloaded; polled every 50 ms. */
  firstDownloadSeconds: number
  totalSeconds: number
  generatedCount: number
  failedCount: number
  /** Tells, at the first look when a fifth was done, how far off the estimate of the time still left was: 0.25 is 25% too long. */
  estimateError: number
}

const firstLooks = { everyMs: 50, limit: 100 }
const laterLooks = { everyMs: 500, limit: 1 }

/** Asks for a batch of guests 1 to `guestCount`, looks at it until it is completed, and downloads the first ticket that is ready. */
export async function followBatch(client: ServiceClient, eventId: number, guestCount: number): Promise<FollowedBatch> {
  const sentAt = Date.now()
  const batchId = await client.createBatch(eventId, [1, guestCount], 'normal')
  const acceptSeconds = (Date.now() - sentAt) / 1000
  const link = await firstLink(client, batchId)
  await client.download(link)
  const firstDownloadSeconds = (Date.now() - sentAt) / 1000
  const { last, estimate } = await followToEnd(client, batchId, guestCount)
  const completedAt = Date.parse(last.completedAt ?? '')
  return {
    acceptSeconds,
    firstDownloadSeconds,
    totalSeconds: (completedAt - sentAt) / 1000,
    generatedCount: last.generatedCount,
    failedCount: last.failedCount,
    estimateError: estimate ? (estimate.end - estimate.seenAt) / (completedAt - estimate.seenAt) - 1 : Number.NaN,
  }
}

/** Looks at a batch until at least `count` of its tickets are settled. */
export async function waitUntilProcessed(client: ServiceClient, batchId: string, count: number): Promise<BatchStatus> {
  for (;;) {
    const status = await client.batchStatus(batchId, 1)
    if (status.processedCount >= count) return status
    await delay(100)
  }
}

async function firstLink(client: ServiceClient, batchId: string): Promise<string> {
  for (;;) {
    const { tickets, status } = await client.batchStatus(batchId, firstLooks.limit)
    const ready = tickets.find(({ pdfUrl }) => pdfUrl)
    if (ready?.pdfUrl) return ready.pdfUrl
    if (status === 'completed') throw new Error('The batch is completed and no ticket of its first page can be downloaded.')
    await delay(firstLooks.everyMs)
  }
}

async function followToEnd(client: ServiceClient, batchId: string, guestCount: number) {
  let estimate: { seenAt: number; end: number } | undefined
  for (;;) {
    const last = await client.batchStatus(batchId, laterLooks.limit)
    if (last.completedAt) return { last, estimate }
    const isFifthDone = last.processedCount >= guestCount / 5
    if (isFifthDone && last.estimatedCompletion) estimate ??= { seenAt: Date.now(), end: Date.parse(last.estimatedCompletion) }
    await delay(laterLooks.everyMs)
  }
}
