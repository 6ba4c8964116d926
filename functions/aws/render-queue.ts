import { GetQueueAttributesCommand, type MessageAttributeValue, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import pLimit from 'p-limit'
import type { Origin } from '../contract/origin.ts'
import type { Priority } from '../contract/queues.ts'
import { awsTimeouts } from '../contract/retries.ts'
import type { Chunk } from '../contract/schemas/render.ts'
import { reach } from './reach.ts'

/** The chunks in a queue: those waiting to be received, and those received but not settled. */
export interface QueueDepth {
  waiting: number
  active: number
}

/** The queues of chunks. Every method throws QUEUE_UNAVAILABLE. */
export interface RenderQueue {
  /** Sends chunks of one event, the first ten first. After an error some may have been sent, harmlessly. */
  send(priority: Priority, eventId: number, chunks: Chunk[]): Promise<void>
  depth(priority: Priority): Promise<QueueDepth>
}

const messagesPerRequest = 10
const concurrentRequests = 8

/** Opens the queues at their URLs. Messages carry their origin as attributes. */
export function openRenderQueue(urls: Record<Priority, string>, originOf: () => Origin = () => ({})): RenderQueue {
  const sqs = new SQSClient({ requestHandler: awsTimeouts })
  const limit = pLimit(concurrentRequests)
  return {
    async send(priority, eventId, chunks) {
      const attributes = attributesOf(originOf())
      const groups = Map.groupBy(chunks, (_, at) => Math.floor(at / messagesPerRequest))
      const [first, ...others] = [...groups.values()].map(
        (group) => () => sendGroup(sqs, { url: urls[priority], eventId, attributes, group }),
      )
      // A caller waits for the first tickets, which could get the slowest of several connections.
      await reach(
        'queue',
        Promise.resolve(first?.()).then(() => Promise.all(others.map((send) => limit(send)))),
      )
    },
    async depth(priority) {
      const command = new GetQueueAttributesCommand({
        QueueUrl: urls[priority],
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      })
      const { Attributes = {} } = await reach('queue', sqs.send(command))
      return {
        waiting: Number(Attributes.ApproximateNumberOfMessages ?? 0),
        active: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
      }
    },
  }
}

type Attributes = Record<string, MessageAttributeValue>
type Group = { url: string; eventId: number; attributes: Attributes; group: Chunk[] }

function attributesOf(origin: Origin): Attributes {
  return Object.fromEntries(
    Object.entries(origin).flatMap(([name, value]) => (value ? [[name, { DataType: 'String', StringValue: value }]] : [])),
  )
}

async function sendGroup(sqs: SQSClient, { url, eventId, attributes, group }: Group): Promise<void> {
  const MessageGroupId = String(eventId)
  const Entries = group.map((chunk, at) => ({
    Id: String(at),
    MessageBody: JSON.stringify(chunk),
    MessageGroupId,
    MessageAttributes: attributes,
  }))
  const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }))
  const [failed] = Failed
  if (failed) throw new Error(`SQS refused a message: ${failed.Code} ${failed.Message}`)
}
