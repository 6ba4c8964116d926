import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { eachChunk } from '../chunk-messages.ts'
import { openClients } from '../clients.ts'
import { workers } from '../contract/functions.ts'
import type { Chunk } from '../contract/render.ts'
import { emitMetrics, logger } from '../telemetry.ts'
import { giveUpChunk } from '../tickets/give-up-chunk.ts'

const clients = await openClients(workers['dead-letter'].uses)

/** Settles as failed what is pending of the chunks that were received too often; those that cannot be settled now come again. */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  return await eachChunk(event, giveUp, { isLastStop: true })
}

async function giveUp(chunk: Chunk): Promise<void> {
  logger.error('A chunk was given up', { jobId: chunk.jobId, count: chunk.itemIds.length })
  await giveUpChunk(clients, chunk, 'Printing was tried several times without success. Retry the batch.')
  emitMetrics([['chunks_given_up_total', [1]]])
}
