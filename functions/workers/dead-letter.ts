import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { workers } from '../contract/functions.ts'
import type { Chunk } from '../contract/schemas/render.ts'
import { failChunk } from '../domain/batches/fail-chunk.ts'
import { openClients } from '../runtime/clients.ts'
import { handleChunks } from '../runtime/sqs-batch.ts'
import { emitMetrics, logger } from '../runtime/telemetry.ts'

const { uses, timeoutSeconds } = workers['dead-letter']
const clients = await openClients(uses, timeoutSeconds)

/** Settles as failed the pending items of chunks that used up their deliveries; redelivers on an error. */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  return await handleChunks(event, giveUp, { isLastStop: true })
}

async function giveUp(chunk: Chunk): Promise<void> {
  logger.error('A chunk was given up', { jobId: chunk.jobId, count: chunk.itemIds.length })
  await failChunk(clients, chunk, 'Printing failed several times. Retry the batch.')
  emitMetrics([['chunks_given_up_total', [1]]])
}
