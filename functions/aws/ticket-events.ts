import { PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { awsTimeouts } from '../contract/retries.ts'
import { reach } from './reach.ts'

/** The message that a batch has ended. It may arrive twice: deduplicate by `jobId` and `completedAt`. */
export interface BatchCompleted {
  type: 'batch.completed'
  batchId: string
  jobId: number
  eventId: number
  status: 'completed' | 'cancelled'
  totalCount: number
  generatedCount: number
  failedCount: number
  cancelledCount: number
  completedAt: string
}

/** The topic `ticket-events`. Publishing throws QUEUE_UNAVAILABLE when SNS is unavailable. */
export interface TicketEvents {
  publish(event: BatchCompleted): Promise<void>
}

/** Opens the topic. `type` is a message attribute too, for subscription filters. */
export function openTicketEvents(topicArn: string): TicketEvents {
  const sns = new SNSClient({ requestHandler: awsTimeouts })
  return {
    async publish(event) {
      const command = new PublishCommand({
        TopicArn: topicArn,
        Message: JSON.stringify(event),
        MessageAttributes: { type: { DataType: 'String', StringValue: event.type } },
      })
      await reach('notification topic', sns.send(command))
    },
  }
}
