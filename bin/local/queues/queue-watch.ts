import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { MetricsSink } from '../process/metrics-file.ts'
import { type Aws, localCredentials } from './aws.ts'

const everyMs = 5000

/** Tells every five seconds how many messages wait in each queue, as SQS tells CloudWatch every minute. */
export function watchQueues(aws: Aws, metrics: MetricsSink, log: (line: string) => void): { stop(): void } {
  const sqs = new SQSClient({ endpoint: aws.endpoint, region: aws.region, credentials: localCredentials })
  const look = async (QueueUrl: string) => {
    const AttributeNames = ['ApproximateNumberOfMessages' as const]
    const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }))
    const waiting = Number(Attributes.ApproximateNumberOfMessages ?? 0)
    const name = QueueUrl.split('/').at(-1) ?? ''
    metrics.record('AWS/SQS', { QueueName: name }, { ApproximateNumberOfMessagesVisible: waiting })
  }
  const queues = [...aws.renderQueues, ...aws.deadLetterQueues]
  let isStopped = false
  const timer = setInterval(() => {
    Promise.all(queues.map(({ url }) => look(url))).catch((error) => {
      if (!isStopped) log(`The queues cannot be counted: ${error}`)
    })
  }, everyMs)
  return {
    stop: () => {
      isStopped = true
      clearInterval(timer)
      sqs.destroy()
    },
  }
}
