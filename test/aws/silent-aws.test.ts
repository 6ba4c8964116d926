import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { after, describe, test } from 'node:test'
import { openBackgroundFunction } from '../../functions/aws/background-function.ts'
import { openRenderQueue } from '../../functions/aws/render-queue.ts'
import { openTicketEvents } from '../../functions/aws/ticket-events.ts'
import { openTicketStorage } from '../../functions/aws/ticket-storage.ts'

const sockets = new Set<Socket>()
const silent = createServer((socket) => sockets.add(socket.resume())).listen(0, '127.0.0.1')
await once(silent, 'listening')
after(() => {
  for (const socket of sockets) socket.destroy()
  silent.close()
})

const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
Object.assign(process.env, {
  ...{
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 's',
    AWS_MAX_ATTEMPTS: '1',
  },
})
const storage = openTicketStorage('tickets', { forcePathStyle: true })
const queues = openRenderQueue({ high: `${endpoint}/1/high`, normal: `${endpoint}/1/normal` })

describe('a call to an AWS service that accepts the connection and never responds times out', {
  concurrency: true,
  timeout: 20_000,
}, () => {
  const attempts = {
    'S3, asked for a file': [() => storage.read('tickets/1/1/a.pdf'), 'STORAGE_UNAVAILABLE'],
    'SQS, given chunks': [() => queues.send('normal', 1, [{ jobId: 1, itemIds: [1] }]), 'QUEUE_UNAVAILABLE'],
    'SNS, told of a change': [
      async () => {
        const { publish } = openTicketEvents('arn:aws:sns:us-east-1:000000000000:ticket-events')
        throw (await publish([{ id: '1', type: 'batch.completed', body: {} }])).faults[0]
      },
      'QUEUE_UNAVAILABLE',
    ],
    'Lambda, told to make a download': [
      () => openBackgroundFunction('make-download', () => ({})).start({ jobId: 1 }),
      'QUEUE_UNAVAILABLE',
    ],
  } as const
  for (const [name, [attempt, code]] of Object.entries(attempts)) test(name, () => assert.rejects(attempt, { code }))
})
