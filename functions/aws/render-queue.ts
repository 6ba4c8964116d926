import { GetQueueAttributesCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import pLimit from 'p-limit'
import type { Priority } from '../contract/queues.ts'
import { awsTimeouts } from '../contract/retries.ts'
import type { Chunk } from '../contract/schemas/render.ts'
import { TicketGenerationError } from '../errors.ts'

/** The number of chunks in a queue: waiting to be received, and received but not settled. */
export interface QueueDepth {
  waiting: number
  active: number
}

/** The queues of chunks. Every method throws QueueUnavailableError. */
export interface RenderQueue {
  /** Sends chunks of one event, the first ten first. After an error some may have been sent, harmlessly. */
  send(priority: Priority, eventId: number, chunks: Chunk[]): Promise<void>
  depth(priority: Priority): Promise<QueueDepth>
}

/** An error for an unavailable SQS. Chunks that were written down are sent later by the sweeper. */
export class QueueUnavailableError extends TicketGenerationError {
  constructor(cause: unknown) {
    super('The queue is unavailable. It is safe to retry.', 'QUEUE_UNAVAILABLE', [], { cause })
  }
}

const mostMessagesPerRequest = 10
const requestsAtOnce = 8

/** Opens the queues at their URLs. */
export function openRenderQueue(urls: Record<Priority, string>): RenderQueue {
  const sqs = new SQSClient({ requestHandler: awsTimeouts })
  const limit = pLimit(requestsAtOnce)
  return {
    async send(priority, eventId, chunks) {
      const groups = Array.from({ length: Math.ceil(chunks.length / mostMessagesPerRequest) }, (_, at) =>
        chunks.slice(at * mostMessagesPerRequest, (at + 1) * mostMessagesPerRequest),
      )
      const [first, ...others] = groups.map((group) => () => sendGroup(sqs, { url: urls[priority], eventId, group }))
      // Whoever waits for a batch waits for its first tickets: were all sent at once, the first request might open the slowest connection, and
      // its chunks come last.
      await attempt(Promise.resolve(first?.()).then(() => Promise.all(others.map((send) => limit(send)))))
    },
    async depth(priority) {
      const command = new GetQueueAttributesCommand({
        QueueUrl: urls[priority],
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      })
      const { Attributes = {} } = await attempt(sqs.send(command))
      return {
        waiting: Number(Attributes.ApproximateNumberOfMessages ?? 0),
        active: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
      }
    },
  }
}

async function sendGroup(
  sqs: SQSClient,
  { url, eventId, group }: { url: string; eventId: number; group: Chunk[] },
): Promise<void> {
  const Entries = group.map((chunk, at) => ({
    Id: String(at),
    MessageBody: JSON.stringify(chunk),
    MessageGroupId: String(eventId),
  }))
  const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }))
  const [failed] = Failed
  if (failed) throw new Error(`SQS refused a message: ${failed.Code} ${failed.Message}`)
}

async function attempt<T>(request: Promise<T>): Promise<T> {
  try {
    return await request
  } catch (error) {
    throw new QueueUnavailableError(error)
  }
}
