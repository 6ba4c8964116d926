import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { mkdirSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { ChangeMessageVisibilityCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import * as z from 'zod'
import { renderQueues } from '../../../functions/contract/queues.ts'
import { chunkDelivery } from '../../../functions/contract/retries.ts'
import type { SourceQueue } from './sqs-event.ts'

const region = 'us-east-1'
const accountId = '000000000000'

/** Are credentials for the local services, which take any. */
export const localCredentials = { accessKeyId: 'local', secretAccessKey: 'local' }

/** Says where S3, SQS and SNS answer. `queueUrls` is by environment variable. */
export interface Aws {
  endpoint: string
  region: string
  queueUrls: Record<string, string>
  /** Are the queues of chunks, and those of chunks that were given up, the more urgent first. */
  renderQueues: SourceQueue[]
  deadLetterQueues: SourceQueue[]
  topicArn: string
  stop(): Promise<void>
}

/**
 * Starts S3, SQS and SNS on a free port of 127.0.0.1 with their state in a folder, and makes the bucket, the queues of
 * contract/queues.ts with a dead-letter queue each, and the topic, where they are missing.
 */
export async function startAws(folder: string, bucket: string, topic: string): Promise<Aws> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const options = { port: 0, logger: false, defaultRegion: region, dataDir: folder }
  const server = await listenOnLoopback(() => flushSeldom(() => startFauxqs(options)))
  const endpoint = `http://127.0.0.1:${server.port}`
  const queues = Object.values(renderQueues)
  const wanted = [...queues.map(deadLetterQueue), ...queues.map(renderQueue)]
  const { topics } = server.setup({ buckets: [bucket], topics: [{ name: topic }], queues: wanted })
  await prepareQueues(server, endpoint, wanted)
  // Built here: a queue that was kept remembers the port of its first start in its own URL.
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
 * Gives queues that were kept from an earlier start the attributes they have in the contract now; and what was under way when that
 * ended is to be received again after a second (fauxqs 2.4.1 loses a message at a timeout of 0): whoever had received it ended too.
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

const fastifyStart = z.object({
  fastify: z.custom<{ listen: (options: { port: number; host?: string }) => Promise<string> }>(),
})

/**
 * Runs `start` so that the server in it listens on 127.0.0.1 only: fauxqs takes any credentials and listens on every address,
 * with no option against it, so the option is set on its Fastify instance, which Fastify publishes for such purposes.
 */
async function listenOnLoopback<Server>(start: () => Promise<Server>): Promise<Server> {
  const rebind = (message: unknown) => {
    const { fastify } = fastifyStart.parse(message)
    const listen = fastify.listen.bind(fastify)
    fastify.listen = (options) => listen({ ...options, host: '127.0.0.1' })
  }
  subscribe('fastify.initialization', rebind)
  try {
    return await start()
  } finally {
    unsubscribe('fastify.initialization', rebind)
  }
}

/**
 * Runs `start` so that the SQLite database which it opens before it first waits is flushed to the disk now and then, not after each message
 * and each file, for which the whole server would stand still: a quarter of a second for the chunks of ten thousand tickets. What is
 * written outlives every process that ends or is killed; only a machine that loses its power may lose the last of it (SQLite, "PRAGMA
 * synchronous", NORMAL with a write-ahead log). fauxqs 2.4.1 has no option for it, and SQLite keeps it by connection.
 */
function flushSeldom<T>(start: () => T): T {
  const { exec } = DatabaseSync.prototype
  let isSet = false
  DatabaseSync.prototype.exec = function (statement) {
    exec.call(this, statement)
    if (statement !== 'PRAGMA journal_mode = WAL') return
    exec.call(this, 'PRAGMA synchronous = NORMAL')
    isSet = true
  }
  try {
    const started = start()
    if (isSet) return started
  } finally {
    DatabaseSync.prototype.exec = exec
  }
  throw new Error('The stand-in for S3 and SQS opens its database in another way than it did: see flushSeldom.')
}
