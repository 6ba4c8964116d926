import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import type { SQSEvent, SQSRecord } from 'aws-lambda'
import { QueuePoller } from '../../../../bin/local/queues/queue-poller.ts'
import {
  aws,
  clientOf,
  depth,
  type Handler,
  heldHandler,
  isEmpty,
  makeQueues,
  maxReceiveCount,
  type Queues,
  send,
  sqs,
  withPoller,
} from '../../../fixtures/event-queues.ts'
import { eventually } from '../../../fixtures/eventually.ts'

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
