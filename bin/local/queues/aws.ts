import { randomBytes } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { mkdirSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { ChangeMessageVisibilityCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import * as z from 'zod'
import { renderQueues } from '../../../functions/contract/queues.ts'
import { chunkDelivery } from '../../../functions/contract/retries.ts'
import { uploadedList } from '../../../functions/contract/schemas/requests.ts'
import type { SourceQueue } from './sqs-event.ts'

const region = 'us-east-1'
const accountId = '000000000000'

/** Credentials for the local services, which accept any. The secret is random, because it signs links to S3 for other machines. */
export const localCredentials = { accessKeyId: 'local', secretAccessKey: randomBytes(32).toString('hex') }

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
  /** Counts the visible messages of each queue, by name. */
  countWaiting(): [name: string, count: number][]
  stop(): Promise<void>
}

/**
 * Starts S3, SQS and SNS on a free port of 127.0.0.1 with their state in a folder. Creates the bucket, the
 * topic, and the queues of contract/queues.ts with a dead-letter queue each, where they are missing.
 */
export async function startAws(folder: string, bucket: string, topic: string): Promise<Aws> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const options = { port: 0, logger: false, defaultRegion: region, dataDir: folder }
  const server = await withOwnSettings(() => withNormalSync(() => startFauxqs(options)))
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
    countWaiting: () => wanted.map(({ name }) => [name, server.inspectQueue(name)?.messages.ready.length ?? 0]),
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

const initialization = z.object({
  fastify: z.custom<{
    listen: (options: { port: number; host?: string }) => Promise<string>
    addHook: (name: 'onRoute', hook: (route: { bodyLimit?: number }) => void) => void
  }>(),
})

/**
 * Binds fauxqs to 127.0.0.1: version 2.4.1 hard-codes 0.0.0.0 and accepts any credentials, so the whole network
 * could read tickets. Its limit of 11 MiB a body is too low for guest lists. Fastify publishes each new instance on
 * a diagnostics channel. Not reported upstream yet.
 */
async function withOwnSettings<Server>(start: () => Promise<Server>): Promise<Server> {
  const onInitialization = (message: unknown) => {
    const { fastify } = initialization.parse(message)
    const listen = fastify.listen.bind(fastify)
    fastify.addHook('onRoute', (route) => {
      route.bodyLimit = uploadedList.mostBytes
    })
    fastify.listen = (options) => listen({ ...options, host: '127.0.0.1' })
  }
  subscribe('fastify.initialization', onInitialization)
  try {
    return await start()
  } finally {
    unsubscribe('fastify.initialization', onInitialization)
  }
}

/**
 * Sets fauxqs's SQLite connection, the only place for this setting, to `synchronous = NORMAL`. Version 2.4.1 has
 * no option for it, and FULL flushes to disk for each message and object: a quarter of a second for the chunks
 * of ten thousand tickets. With a write-ahead log only a power failure can then lose the last writes (SQLite,
 * "PRAGMA synchronous"). Not reported upstream yet.
 * @throws Error when fauxqs opens its database in another way than version 2.4.1.
 */
function withNormalSync<Result>(start: () => Result): Result {
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
  throw new Error('fauxqs opens its database in a new way: see withNormalSync.')
}
