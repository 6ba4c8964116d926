import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import { type Chunk, chunk } from '../contract/schemas/render.ts'
import { toServiceError } from './service-error.ts'
import { logger, reportFault } from './telemetry.ts'
import { traceMessage } from './tracing.ts'

/**
 * Handles the chunks of an SQS event in turn and reports the failed ones, so that only these are redelivered. A malformed
 * message fails until its queue gives it up; at the last stop, which has no dead-letter queue, it is dropped.
 * Source: AWS Lambda, "Reporting batch item failures".
 */
export async function handleChunks(
  event: SQSEvent,
  handle: (chunk: Chunk, receiveCount: number) => Promise<void>,
  { isLastStop }: { isLastStop: boolean },
): Promise<SQSBatchResponse> {
  const batchItemFailures: { itemIdentifier: string }[] = []
  const handleOne = async ({ messageId, body, attributes }: SQSRecord) => {
    try {
      const content = readChunk(body)
      if (content) await handle(content, Number(attributes.ApproximateReceiveCount))
      else logger.error('Malformed queue message', { messageId, receiveCount: attributes.ApproximateReceiveCount })
      if (!content && !isLastStop) batchItemFailures.push({ itemIdentifier: messageId })
    } catch (error) {
      reportFault(toServiceError(error), error, { messageId, receiveCount: attributes.ApproximateReceiveCount })
      batchItemFailures.push({ itemIdentifier: messageId })
    }
  }
  for (const record of event.Records) await traceMessage(record, () => handleOne(record))
  return { batchItemFailures }
}

function readChunk(body: string): Chunk | undefined {
  try {
    return chunk.safeParse(JSON.parse(body)).data
  } catch {
    return undefined
  }
}
