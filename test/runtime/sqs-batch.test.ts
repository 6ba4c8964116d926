import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Message } from '@aws-sdk/client-sqs'
import { makeSqsEvent } from '../../bin/local/queues/sqs-event.ts'
import type { Chunk } from '../../functions/contract/schemas/render.ts'

process.env.LOG_LEVEL = 'silent'
const { handleChunks } = await import('../../functions/runtime/sqs-batch.ts')

const queue = { url: '', arn: 'arn:aws:sqs:us-east-1:000000000000:queue', region: 'us-east-1' }
const good: Chunk = { jobId: 1, itemIds: [2, 3] }
const noChunks = [
  'not JSON',
  '{}',
  'null',
  '{"jobId":1,"itemIds":[]}',
  '{"jobId":1,"itemIds":["2"]}',
  '{"jobId":1,"itemIds":[2],"more":1}',
]

function eventOf(bodies: string[]) {
  const messages = bodies.map(
    (Body, index): Message => ({ Body, MessageId: `m${index}`, Attributes: { ApproximateReceiveCount: String(index + 1) } }),
  )
  return makeSqsEvent(queue, messages)
}

test('each chunk is handled with its receive count, and only those that fail are reported', async () => {
  const handled: [Chunk, number][] = []
  const handle = async (chunk: Chunk, receiveCount: number) => {
    handled.push([chunk, receiveCount])
    if (receiveCount === 2) throw new Error('for now')
  }
  const event = eventOf([good, good, { ...good, jobId: 9 }].map((chunk) => JSON.stringify(chunk)))
  assert.deepEqual(await handleChunks(event, handle, { isLastStop: false }), { batchItemFailures: [{ itemIdentifier: 'm1' }] })
  assert.deepEqual(handled, [
    [good, 1],
    [good, 2],
    [{ ...good, jobId: 9 }, 3],
  ])
})

test('a malformed message is reported as failed, and dropped by the dead-letter worker', async () => {
  const handle = () => assert.fail('it is no chunk')
  const reported = noChunks.map((_, index) => ({ itemIdentifier: `m${index}` }))
  assert.deepEqual(await handleChunks(eventOf(noChunks), handle, { isLastStop: false }), { batchItemFailures: reported })
  assert.deepEqual(await handleChunks(eventOf(noChunks), handle, { isLastStop: true }), { batchItemFailures: [] })
})

test('a dead letter that cannot be settled is delivered again', async () => {
  const handle = () => Promise.reject(new Error('the database is away'))
  const { batchItemFailures } = await handleChunks(eventOf([JSON.stringify(good)]), handle, { isLastStop: true })
  assert.deepEqual(batchItemFailures, [{ itemIdentifier: 'm0' }])
})
