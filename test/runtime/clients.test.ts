import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openClients } from '../../functions/runtime/clients.ts'

test('a client that failed to open is opened by the next call, once', async () => {
  delete process.env.TICKET_EVENTS_TOPIC_ARN
  await assert.rejects(openClients(['topic']), /TICKET_EVENTS_TOPIC_ARN/)
  process.env.TICKET_EVENTS_TOPIC_ARN = 'arn:aws:sns:us-east-1:000000000000:ticket-events'
  const { topic } = await openClients(['topic'])
  assert.equal((await openClients(['topic'])).topic, topic)
})
