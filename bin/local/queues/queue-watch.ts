import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { MetricsSink } from '../process/metrics-file.ts'
import { type Aws, localCredentials } from './aws.ts'

const intervalMs = 5000

/** Records the number of visible messages of each queue every five seconds; SQS does so every minute. */
export function watchQueues(aws: Aws, metrics: MetricsSink, log: (line: string) => void): { stop(): void } {
  const sqs = new SQSClient({ endpoint: aws.endpoint, region: aws.region, credentials: localCredentials })
  const measure = async (QueueUrl: string) => {
    const AttributeNames = ['ApproximateNumberOfMessages' as const]
    const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }))
    const waiting = Number(Attributes.ApproximateNumberOfMessages ?? 0)
    const name = QueueUrl.split('/').at(-1) ?? ''
    metrics.record('AWS/SQS', { QueueName: name }, { ApproximateNumberOfMessagesVisible: waiting })
  }
  const queues = [...aws.renderQueues, ...aws.deadLetterQueues]
  let isStopped = false
  const timer = setInterval(() => {
    Promise.all(queues.map(({ url }) => measure(url))).catch((error) => {
      if (!isStopped) log(`Queue metrics could not be read: ${error}`)
    })
  }, intervalMs)
  return {
    stop: () => {
      isStopped = true
      clearInterval(timer)
      sqs.destroy()
    },
  }
}
