import { Duration, Stack } from 'aws-cdk-lib'
import * as sqs from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { type Priority, renderQueues } from '../functions/contract/queues.ts'
import { chunkDelivery } from '../functions/contract/retries.ts'

/** A queue of chunks with its dead-letter queue. */
export interface RenderQueuePair {
  queue: sqs.Queue
  deadLetter: sqs.Queue
}

/** The queues of contract/queues.ts, by priority. */
export class RenderQueues extends Construct {
  readonly high: RenderQueuePair
  readonly normal: RenderQueuePair

  constructor(scope: Construct, id: string) {
    super(scope, id)
    this.high = this.makePair('high')
    this.normal = this.makePair('normal')
  }

  private makePair(priority: Priority): RenderQueuePair {
    const { name, deadLetterName } = renderQueues[priority]
    const shared = {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(chunkDelivery.retentionDays),
    }
    const { stackName } = Stack.of(this)
    const deadLetter = new sqs.Queue(this, deadLetterName, {
      ...shared,
      queueName: `${stackName}-${deadLetterName}`,
      visibilityTimeout: Duration.seconds(chunkDelivery.deadLetterVisibilitySeconds),
    })
    const queue = new sqs.Queue(this, name, {
      ...shared,
      queueName: `${stackName}-${name}`,
      visibilityTimeout: Duration.seconds(chunkDelivery.visibilitySeconds),
      deadLetterQueue: { queue: deadLetter, maxReceiveCount: chunkDelivery.maxReceiveCount },
    })
    return { queue, deadLetter }
  }
}
