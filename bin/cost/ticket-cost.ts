import { ticketsPerChunk } from '../../functions/contract/queues.ts'
import type { Stage } from '../../lib/stage.ts'
import { type CostLine, line, prices, sum } from './prices.ts'
import { workload } from './workload.ts'

const kilobytesPerGigabyte = 1_000_000
const freeDiskMebibytes = 512

/** The cost target of 1,000 tickets in dollars: 1.3 times the price of storing as many files in S3. */
export const targetForThousand = 1.3 * 1000 * (prices.s3Put.dollars / prices.s3Put.per)

/**
 * Lists the cost of 1,000 tickets in batches beyond the fixed cost. `batchTickets` is the size of a batch,
 * whose tickets share its cold starts and requests. Assumes that every environment starts cold.
 */
export function batchCost(stage: Stage, { batchTickets, renderMs }: { batchTickets: number; renderMs: number }): CostLine[] {
  const { acceptMs, chunksPerSend, coldStartSeconds, requestsPerChunkReceived, routeMs, statusRequestsPerBatch } = workload
  const chunks = 1000 / ticketsPerChunk
  const batches = 1000 / batchTickets
  const requests = batches * (1 + statusRequestsPerBatch)
  const environments = Math.min(stage.concurrency.sources.normal, Math.ceil(batchTickets / ticketsPerChunk))
  // Milliseconds per ticket equal seconds per thousand.
  const printingSeconds = renderMs
  const startingSeconds = batches * environments * coldStartSeconds
  const statusSeconds = (requests * routeMs) / 1000
  return [
    line('storing the files', 's3Put', 1000),
    line(`keeping them for ${stage.pdfLifetime.toDays()} days`, 's3Storage', monthsOfGigabytes(stage)),
    line('printing', 'lambdaX86', printingSeconds * gigabytes(stage.memory.renderer)),
    line('cold starts', 'lambdaX86', startingSeconds * gigabytes(stage.memory.renderer)),
    line('disk of renderers', 'lambdaDisk', (printingSeconds + startingSeconds) * spareDisk(stage)),
    line('API requests', 'apiRequest', requests),
    line('accepting batches', 'lambdaArm', acceptMs * gigabytes(stage.memory.bulkRoute)),
    line('answering status requests', 'lambdaArm', statusSeconds * gigabytes(stage.memory.route)),
    line('invocations', 'lambdaRequest', requests + chunks),
    line('queue requests', 'sqsRequest', chunks / chunksPerSend + chunks * requestsPerChunkReceived),
    line('logs and metrics', 'logs', logGigabytes({ chunks, requests })),
  ]
}

/** Lists the cost of 1,000 single tickets beyond the fixed cost. Assumes that all functions are warm. */
export function singleCost(stage: Stage): CostLine[] {
  // Milliseconds per ticket equal seconds per thousand.
  const seconds = workload.singleMs
  return [
    line('storing the files', 's3Put', 1000),
    line(`keeping them for ${stage.pdfLifetime.toDays()} days`, 's3Storage', monthsOfGigabytes(stage)),
    line('printing', 'lambdaX86', seconds * gigabytes(stage.memory.renderer)),
    line('API requests', 'apiRequest', 1000),
    line('their functions', 'lambdaArm', seconds * gigabytes(stage.memory.route)),
    line('invocations', 'lambdaRequest', 2000),
    line('logs and metrics', 'logs', logGigabytes({ chunks: 1000, requests: 1000 })),
  ]
}

/** Lists the cost of 1,000 tickets once they are printed: notices of them, and guests who open them as often as the workload says. */
export function openingCost(stage: Stage): CostLine[] {
  const requests = 1000 * workload.openingsPerTicket
  const logs = logGigabytes({ chunks: 0, requests })
  return [
    line('notices', 'snsPublish', 1000 / workload.noticesPerPublish),
    line('API requests', 'apiRequest', requests),
    line('answering them', 'lambdaArm', ((requests * workload.routeMs) / 1000) * gigabytes(stage.memory.route)),
    line('invocations', 'lambdaRequest', requests),
    line('reading the files', 's3Get', requests),
    line('files sent to guests', 'egress', (requests * workload.pdfKilobytes) / kilobytesPerGigabyte),
    line('logs', 'logs', logs),
    line('keeping the logs', 'logStorage', (logs * stage.logLifetime.toDays()) / 30),
  ]
}

/** Computes the longest printing time, in ms a ticket, that meets the target; negative if none does. */
export function longestRenderMs(stage: Stage, batchTickets: number): number {
  const at = (renderMs: number) => sum(batchCost(stage, { batchTickets, renderMs }))
  return (targetForThousand - at(0)) / (at(1) - at(0))
}

function monthsOfGigabytes({ pdfLifetime }: Stage): number {
  return ((1000 * workload.pdfKilobytes) / kilobytesPerGigabyte) * (pdfLifetime.toDays() / 30)
}

function gigabytes(memory: Stage['rendererDisk']): number {
  return memory.toMebibytes() / 1024
}

function spareDisk({ rendererDisk }: Stage): number {
  return Math.max(0, rendererDisk.toMebibytes() - freeDiskMebibytes) / 1024
}

function logGigabytes({ chunks, requests }: { chunks: number; requests: number }): number {
  const { logKilobytesPerChunk, logKilobytesPerRequest } = workload
  return (chunks * logKilobytesPerChunk + requests * logKilobytesPerRequest) / kilobytesPerGigabyte
}
