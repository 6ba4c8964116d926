import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { openRenderQueue } from '../../functions/aws/render-queue.ts'

// SQS whose first connection is slow, as one is that a function opens at its cold start.
const told: string[] = []
const server = createServer(async (request, response) => {
  const { Entries } = (await json(request)) as { Entries: { Id: string; MessageBody: string }[] }
  told.push(`${Entries[0]?.MessageBody} comes`)
  if (told.length === 1) await delay(100)
  told.push(`${Entries[0]?.MessageBody} is there`)
  const md5 = (text: string) => createHash('md5').update(text).digest('hex')
  const Successful = Entries.map(({ Id, MessageBody }) => ({ Id, MessageId: Id, MD5OfMessageBody: md5(MessageBody) }))
  response.setHeader('content-type', 'application/x-amz-json-1.0').end(JSON.stringify({ Successful, Failed: [] }))
}).listen(0, '127.0.0.1')
await once(server, 'listening')
after(() => server.close())

test('the first chunks of a batch are in the queue before any other is sent', async () => {
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const credentials = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 's' }
  Object.assign(process.env, { AWS_ENDPOINT_URL: endpoint, AWS_REGION: 'us-east-1', ...credentials })
  const queues = openRenderQueue({ high: `${endpoint}/1/high`, normal: `${endpoint}/1/normal` })
  await queues.send(
    'normal',
    1,
    Array.from({ length: 45 }, (_, index) => ({ jobId: 1, itemIds: [index] })),
  )
  const first = JSON.stringify({ jobId: 1, itemIds: [0] })
  assert.deepEqual(told.slice(0, 2), [`${first} comes`, `${first} is there`])
  assert.equal(told.length, 10)
})
