import { PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { awsTimeouts } from '../contract/retries.ts'
import { TicketGenerationError } from '../errors.ts'

/** Says that a batch has ended. A subscriber that wants each batch once keeps the ids it has seen: `jobId` and `completedAt`. */
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

/** Tells the topic `ticket-events` what happened. */
export interface TicketEvents {
  /** @throws EventsUnavailableError when SNS does not answer. */
  publish(event: BatchCompleted): Promise<void>
}

/** Says that SNS does not answer. */
export class EventsUnavailableError extends TicketGenerationError {
  constructor(cause: unknown) {
    super('The topic does not answer. Try again.', 'QUEUE_UNAVAILABLE', [], { cause })
  }
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
      await sns.send(command).catch((error) => {
        throw new EventsUnavailableError(error)
      })
    },
  }
}
