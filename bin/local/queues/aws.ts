import { mkdirSync } from 'node:fs'
import { ChangeMessageVisibilityCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { FauxqsServer } from 'fauxqs'
import { renderQueues } from '../../../functions/contract/queues.ts'
import { chunkDelivery } from '../../../functions/contract/retries.ts'
import { startPatchedFauxqs } from './patched-fauxqs.ts'
import type { SourceQueue } from './sqs-event.ts'

const region = 'us-east-1'
const accountId = '000000000000'

/** Credentials for the local services, which accept any. */
export const localCredentials = { accessKeyId: 'local', secretAccessKey: 'local' }

/** The local S3, SQS and SNS. */
export interface Aws {
  endpoint: string
  region: string
  /** Queue URLs by the environment variable that holds them. */
  queueUrls: Record<string, string>
  /** The queues of chunks, the most urgent first; `deadLetterQueues` are theirs, in the same order. */
  renderQueues: SourceQueue[]
  deadLetterQueues: SourceQueue[]
  topicArn: string
  stop(): Promise<void>
}

/**
 * Starts S3, SQS and SNS on a free port of 127.0.0.1 with their state in a folder. Creates the bucket, the
 * topic, and the queues of contract/queues.ts with a dead-letter queue each, where they are missing.
 */
export async function startAws(folder: string, bucket: string, topic: string): Promise<Aws> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const server = await startPatchedFauxqs({ port: 0, logger: false, defaultRegion: region, dataDir: folder })
  const endpoint = `http://127.0.0.1:${server.port}`
  const queues = Object.values(renderQueues)
  const wanted = [...queues.map(deadLetterQueue), ...queues.map(renderQueue)]
  const { topics } = server.setup({ buckets: [bucket], topics: [{ name: topic }], queues: wanted })
  await prepareQueues(server, endpoint, wanted)
  // fauxqs keeps a queue's URL with the port of its first start.
  const locate = (name: string) => ({ url: `${endpoint}/${accountId}/${name}`, arn: queueArn(name), region })
  return {
    endpoint,
    region,
    queueUrls: Object.fromEntries(queues.map(({ name, urlVariable }) => [urlVariable, locate(name).url])),
    renderQueues: queues.map(({ name }) => locate(name)),
    deadLetterQueues: queues.map(({ deadLetterName }) => locate(deadLetterName)),
    topicArn: topics[0]?.arn ?? '',
    stop: () => server.stop(),
  }
}

interface Queue {
  name: string
  attributes: Record<string, string>
}

type RenderQueue = (typeof renderQueues)[keyof typeof renderQueues]

function deadLetterQueue({ deadLetterName }: RenderQueue): Queue {
  return { name: deadLetterName, attributes: { MessageRetentionPeriod: '1209600' } }
}

function renderQueue({ name, deadLetterName }: RenderQueue): Queue {
  const { visibilitySeconds, maxReceiveCount } = chunkDelivery
  return {
    name,
    attributes: {
      VisibilityTimeout: String(visibilitySeconds),
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn(deadLetterName), maxReceiveCount }),
    },
  }
}

function queueArn(name: string): string {
  return `arn:aws:sqs:${region}:${accountId}:${name}`
}

/**
 * Updates queues of an earlier start to the contract's current attributes, and makes the messages that were
 * in flight when it ended visible again: their consumers ended with it. They wait a second, because fauxqs
 * 2.4.1 loses a message whose visibility timeout is set to 0.
 */
async function prepareQueues(server: FauxqsServer, endpoint: string, queues: Queue[]): Promise<void> {
  const client = new SQSClient({ endpoint, region, credentials: localCredentials })
  for (const { name, attributes } of queues) {
    const QueueUrl = `${endpoint}/${accountId}/${name}`
    const { attributes: present = {}, messages } = server.inspectQueue(name) ?? {}
    if (Object.entries(attributes).some(([key, value]) => present[key] !== value))
      await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: attributes }))
    for (const { receiptHandle: ReceiptHandle } of messages?.inflight ?? [])
      await client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 1 }))
  }
  client.destroy()
}
