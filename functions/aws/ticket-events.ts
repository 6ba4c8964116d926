import { PublishBatchCommand, SNSClient } from '@aws-sdk/client-sns'
import pLimit from 'p-limit'
import { awsTimeouts } from '../contract/retries.ts'
import { reach } from './reach.ts'

/** A message of the topic. Subscriptions filter by the attribute `type`. */
export interface TopicMessage {
  id: string
  type: string
  body: object
}

/** The topic `ticket-events`. */
export interface TicketEvents {
  /** Publishes messages in order. @returns The ids of those published, and the faults of the others. */
  publish(messages: TopicMessage[]): Promise<{ publishedIds: string[]; faults: unknown[] }>
}

// Amazon SNS, "PublishBatch": ten messages, 256 KB.
const messagesPerRequest = 10
const concurrentRequests = 8

/** Opens the topic. */
export function openTicketEvents(topicArn: string): TicketEvents {
  const sns = new SNSClient({ requestHandler: awsTimeouts })
  const limit = pLimit(concurrentRequests)
  const publishGroup = async (group: TopicMessage[]) => {
    const PublishBatchRequestEntries = group.map(({ id, type, body }) => ({
      Id: id,
      Message: JSON.stringify(body),
      MessageAttributes: { type: { DataType: 'String', StringValue: type } },
    }))
    return await reach(
      'notification topic',
      sns.send(new PublishBatchCommand({ TopicArn: topicArn, PublishBatchRequestEntries })),
    )
  }
  return {
    async publish(messages) {
      const groups = Map.groupBy(messages, (_, at) => Math.floor(at / messagesPerRequest))
      const outcomes = await Promise.allSettled([...groups.values()].map((group) => limit(() => publishGroup(group))))
      const answers = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
      return {
        publishedIds: answers.flatMap(({ Successful = [] }) => Successful.flatMap(({ Id = [] }) => Id)),
        faults: [
          ...outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : [])),
          ...answers.flatMap(({ Failed = [] }) =>
            Failed.map(({ Code, Message }) => new Error(`SNS refused a message: ${Code} ${Message}`)),
          ),
        ],
      }
    },
  }
}
