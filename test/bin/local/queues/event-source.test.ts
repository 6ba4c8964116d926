import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import type { SQSEvent } from 'aws-lambda'
import { startAws } from '../../../../bin/local/queues/aws.ts'
import { startEventSources } from '../../../../bin/local/queues/event-source.ts'
import { makeSqsEvent, type SourceQueue } from '../../../../bin/local/queues/sqs-event.ts'
import { workers } from '../../../../functions/contract/functions.ts'
import { aws, clientOf, send } from '../../../fixtures/event-queues.ts'
import { eventually } from '../../../fixtures/eventually.ts'

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
    'canary',
    'dead-letter lost cause',
    'erase',
    'find-changed-passes',
    'render-batch chunk',
    'render-batch urgent',
    'send-notices',
    'sweep',
  ])
})
