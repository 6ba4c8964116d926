import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import { type Aws, localCredentials, startAws } from '../../../../bin/local/queues/aws.ts'
import { startEventSources } from '../../../../bin/local/queues/event-source.ts'
import { type PollerSettings, QueuePoller } from '../../../../bin/local/queues/queue-poller.ts'
import { makeSqsEvent, type SourceQueue } from '../../../../bin/local/queues/sqs-event.ts'
import { workers } from '../../../../functions/contract/functions.ts'
import { eventually } from '../../../fixtures/eventually.ts'

const folder = mkdtempSync(join(tmpdir(), 'event-source-'))
const aws = await startAws(folder, 'bucket', 'topic')
const sqs = clientOf(aws)
const maxReceiveCount = 2

after(async () => {
  sqs.destroy()
  await aws.stop()
  rmSync(folder, { recursive: true })
})

function clientOf({ endpoint, region }: Aws): SQSClient {
  return new SQSClient({ endpoint, region, credentials: localCredentials })
}

async function send(queue: SourceQueue, body: string): Promise<void> {
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: queue.url,
      MessageBody: body,
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'test' } },
    }),
  )
}

async function depth(queue: SourceQueue): Promise<{ waiting: number; active: number }> {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames: ['All'] }))
  return {
    waiting: Number(Attributes?.ApproximateNumberOfMessages),
    active: Number(Attributes?.ApproximateNumberOfMessagesNotVisible),
  }
}

async function isEmpty(queue: SourceQueue): Promise<boolean> {
  const { waiting, active } = await depth(queue)
  return waiting + active === 0
}

type Handler = (record: SQSRecord) => Promise<SQSBatchResponse | undefined | 'failed'>

type Queues = Record<'high' | 'normal' | 'dead', SourceQueue>

/** Makes queues of their own for a test: a receive that a stopped poller left behind would take messages from the next test's. */
async function makeQueues(): Promise<Queues> {
  const dead = await makeQueue({})
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount })
  return { dead, high: await makeQueue({ RedrivePolicy }), normal: await makeQueue({ RedrivePolicy }) }
}

async function makeQueue(Attributes: Record<string, string>): Promise<SourceQueue> {
  const name = `queue-${randomUUID()}`
  await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }))
  const url = `${aws.endpoint}/000000000000/${name}`
  return { url, arn: `arn:aws:sqs:${aws.region}:000000000000:${name}`, region: aws.region }
}

/** Runs a poller over a high and a normal queue while `work` is done. */
async function withPoller(
  handler: Handler,
  work: (queues: Queues) => Promise<void>,
  settings: Partial<PollerSettings> = {},
): Promise<void> {
  const queues = await makeQueues()
  const invoke = async (event: string) => {
    const { Records } = JSON.parse(event) as SQSEvent
    const result = await handler(Records[0] as SQSRecord)
    return { failed: result === 'failed', payload: JSON.stringify(result ?? null) }
  }
  const usual = { sqs, queues: [queues.high, queues.normal], concurrency: 2, backOffSeconds: [1], log: () => undefined }
  const poller = new QueuePoller({ ...usual, invoke, ...settings })
  try {
    await work(queues)
  } finally {
    await poller.stop(0)
  }
}

/** A handler whose runs end when the test says so. */
function heldHandler() {
  const started: string[] = []
  const gates: (() => void)[] = []
  return {
    started,
    running: () => gates.length,
    finishOne: () => gates.shift()?.(),
    finishAll: () => {
      for (const open of gates.splice(0)) open()
    },
    handler: ({ body }: SQSRecord) =>
      new Promise<undefined>((resolve) => {
        started.push(body)
        gates.push(() => resolve(undefined))
      }),
  }
}

// Each has queues and a poller of its own, and mostly waits.
describe('the SQS event source', { concurrency: true }, () => {
  test('hands a function the event that Lambda would', async () => {
    const records: SQSRecord[] = []
    const handler: Handler = async (record) => void records.push(record)
    let arn = ''
    await withPoller(handler, async ({ normal }) => {
      arn = normal.arn
      await send(normal, '{"some":"body"}')
      await eventually('it is settled', async () => records.length === 1 && (await isEmpty(normal)))
    })
    const [record] = records
    assert.match(record?.messageId ?? '', /^[0-9a-f-]{36}$/)
    assert.ok(record?.receiptHandle)
    assert.equal(record.body, '{"some":"body"}')
    assert.equal(record.md5OfBody, createHash('md5').update(record.body).digest('hex'))
    assert.equal(record.attributes.ApproximateReceiveCount, '1')
    assert.ok(Math.abs(Number(record.attributes.SentTimestamp) - Date.now()) < 60_000)
    assert.deepEqual(record.messageAttributes, {
      kind: { stringValue: 'test', stringListValues: [], binaryListValues: [], dataType: 'String' },
    })
    assert.equal(record.eventSource, 'aws:sqs')
    assert.equal(record.eventSourceARN, arn)
    assert.equal(record.awsRegion, 'us-east-1')
  })

  test('takes from the high queue first whenever an environment gets free', async () => {
    const { started, finishOne, finishAll, handler } = heldHandler()
    const work = async ({ high, normal }: Queues) => {
      for (const body of ['n1', 'n2', 'n3']) await send(normal, body)
      await eventually('the first runs', () => started.length === 1)
      for (const body of ['h1', 'h2']) await send(high, body)
      for (let count = 2; count <= 5; count++) {
        finishOne()
        await eventually(`${count} have started`, () => started.length === count)
      }
      finishAll()
    }
    await withPoller(handler, work, { concurrency: 1 })
    assert.deepEqual(started, ['n1', 'h1', 'h2', 'n2', 'n3'])
  })

  test('runs no more at once than it may, over both queues together, and leaves the rest in the queues', async () => {
    const { started, running, finishAll, handler } = heldHandler()
    await withPoller(handler, async ({ high, normal }) => {
      for (const body of ['h1', 'h2', 'h3', 'h4']) await send(high, body)
      await eventually('two run', () => started.length === 2)
      for (const body of ['n1', 'n2', 'n3']) await send(normal, body)
      await eventually('all have run', async () => {
        assert.ok(running() <= 2)
        // Of each queue one may have arrived that waits for its turn.
        assert.ok((await depth(high)).active + (await depth(normal)).active <= 4)
        finishAll()
        return (await isEmpty(high)) && (await isEmpty(normal))
      })
    })
    assert.equal(started.length, 7)
  })

  test('delivers again what a function reports as failed, and deletes the others', async () => {
    const received: string[] = []
    const handler: Handler = async ({ messageId, body, attributes }) => {
      received.push(`${body} ${attributes.ApproximateReceiveCount}`)
      const isBad = body === 'bad' && attributes.ApproximateReceiveCount === '1'
      return { batchItemFailures: isBad ? [{ itemIdentifier: messageId }] : [] }
    }
    await withPoller(handler, async ({ normal }) => {
      for (const body of ['bad', 'good']) await send(normal, body)
      await eventually('all are settled', () => isEmpty(normal))
    })
    assert.deepEqual(received.toSorted(), ['bad 1', 'bad 2', 'good 1'])
  })

  test('gives a message up after its receives, whichever way the function fails', async () => {
    const ways: Record<string, () => ReturnType<Handler>> = {
      'breaks down': async () => 'failed',
      'cannot be invoked': () => Promise.reject(new Error('no environment')),
      'reports a message that it did not get': async () => ({ batchItemFailures: [{ itemIdentifier: 'other' }] }),
    }
    const receives: string[] = []
    const handler: Handler = async ({ body, attributes }) => {
      receives.push(`${body} ${attributes.ApproximateReceiveCount}`)
      return await ways[body]?.()
    }
    await withPoller(handler, async ({ normal, dead }) => {
      for (const way of Object.keys(ways)) await send(normal, way)
      await eventually('all are dead letters', async () => (await depth(dead)).waiting === 3)
      assert.ok(await isEmpty(normal))
    })
    const expected = Object.keys(ways).flatMap((way) => [1, 2, 3, 4].slice(0, maxReceiveCount).map((count) => `${way} ${count}`))
    assert.deepEqual(receives.toSorted(), expected.toSorted())
  })

  test('polls on after a time in which SQS did not answer', async () => {
    const logged: string[] = []
    const started: string[] = []
    const handler: Handler = async ({ body }) => void started.push(body)
    let isAway = true
    const flaky = clientOf(aws)
    flaky.middlewareStack.add((next) => (args) => (isAway ? Promise.reject(new Error('away')) : next(args)), { step: 'build' })
    const work = async ({ normal }: Queues) => {
      await eventually('it tells', () => logged.length > 0)
      isAway = false
      await send(normal, 'later')
      await eventually('it has started', () => started.length === 1)
    }
    await withPoller(handler, work, { sqs: flaky, log: (line) => logged.push(line) })
    assert.equal(logged[0], 'Polling a queue failed, retrying: Error: away')
    flaky.destroy()
  })

  test('lets running invocations finish within the stop timeout, and starts no more', async () => {
    const { started, finishAll, handler } = heldHandler()
    const invoke = async (event: string) => {
      await handler((JSON.parse(event) as SQSEvent).Records[0] as SQSRecord)
      return { failed: false, payload: 'null' }
    }
    const { normal } = await makeQueues()
    for (const body of ['runs', 'waits']) await send(normal, body)
    const poller = new QueuePoller({ sqs, queues: [normal], concurrency: 1, invoke, log: () => undefined })
    await eventually('the first runs', () => started.length === 1)
    const stopped = poller.stop(10_000)
    finishAll()
    await stopped
    assert.deepEqual(started, ['runs'])
    assert.deepEqual(await depth(normal), { waiting: 1, active: 0 })
  })
})

test('a message in an empty queue is received immediately', async () => {
  const started: string[] = []
  const handler: Handler = async ({ body }) => void started.push(body)
  await withPoller(handler, async ({ high, normal }) => {
    await send(normal, 'first')
    await eventually('the poller waits again', () => isEmpty(normal))
    for (const queue of [normal, high, normal]) {
      const sentAt = performance.now()
      const count = started.length
      await send(queue, 'another')
      await eventually('it has started', () => started.length > count)
      assert.ok(performance.now() - sentAt < 1000)
    }
  })
})

test('the event names the group of a message, which fauxqs keeps of no standard queue', () => {
  const queue = { url: '', arn: 'arn:aws:sqs:us-east-1:000000000000:queue', region: 'us-east-1' }
  const { Records } = makeSqsEvent(queue, [{ Attributes: { MessageGroupId: '456' } }])
  assert.equal(Records[0]?.attributes.MessageGroupId, '456')
})

test('messages in flight when a server died are received again after the next start', async () => {
  const state = mkdtempSync(join(tmpdir(), 'event-source-'))
  const first = await startAws(state, 'bucket', 'topic')
  const client = clientOf(first)
  const QueueUrl = first.renderQueues[1]?.url
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'chunk' }))
  assert.equal((await client.send(new ReceiveMessageCommand({ QueueUrl }))).Messages?.length, 1)
  client.destroy()
  await first.stop()
  const second = await startAws(state, 'bucket', 'topic')
  const again = clientOf(second)
  const { Messages } = await again.send(new ReceiveMessageCommand({ QueueUrl: second.renderQueues[1]?.url, WaitTimeSeconds: 5 }))
  assert.equal(Messages?.[0]?.Body, 'chunk')
  again.destroy()
  await second.stop()
  rmSync(state, { recursive: true })
})

test('every function is run by what triggers it: chunks, dead letters and the clock', async () => {
  const invoked: string[] = []
  const lambda = {
    invoke: async (name: string, event: string) => {
      const { Records } = JSON.parse(event) as Partial<SQSEvent>
      invoked.push(Records ? `${name} ${Records[0]?.body}` : name)
      return { failed: false, payload: 'null' }
    },
  }
  const log = () => undefined
  const [high, normal] = aws.renderQueues as [SourceQueue, SourceQueue]
  const [dead] = aws.deadLetterQueues as [SourceQueue]
  const sources = startEventSources({ functions: workers, aws, lambda, maximumRenderers: 2, scheduleSeconds: 1, log })
  await Promise.all([send(high, 'urgent'), send(normal, 'chunk'), send(dead, 'lost cause')])
  await eventually('the clock has struck twice', () => invoked.filter((name) => name === 'sweep').length >= 2)
  await sources.stop()
  assert.deepEqual([...new Set(invoked)].toSorted(), [
    'dead-letter lost cause',
    'render-batch chunk',
    'render-batch urgent',
    'sweep',
  ])
})
