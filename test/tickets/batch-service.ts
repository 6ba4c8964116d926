import assert from 'node:assert/strict'
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import type * as z from 'zod'
import type { BatchCompleted } from '../../functions/aws/ticket-events.ts'
import { batchStatusAnswer } from '../../functions/contract/schemas/answers.ts'
import { startService } from '../journeys/running-service.ts'
import { eventually } from '../local/eventually.ts'

/** Is how a batch stands. */
export type BatchStatus = z.output<typeof batchStatusAnswer>

/** Is a template that says who the guest is and no more: what becomes of a batch does not depend on how much there is to draw. */
export const plainTemplate = 900

/** Starts the service, and gives what tests of batches do with it. */
export async function startBatches() {
  const service = await startService()
  const { call, sql } = service
  const publish = async (templateId: number, source: string): Promise<void> => {
    await sql`INSERT INTO templates (id, version, name, source, required_variables) VALUES (${templateId}, 1, 'test', ${source}, '{}')`
  }
  await publish(plainTemplate, '<!doctype html><html><head><title>t</title></head><body>{{firstName}} {{lastName}}</body></html>')

  async function request<T>(method: string, path: string, body?: unknown, status = 200): Promise<T> {
    const answer = await call(method, path, body)
    assert.equal(answer.status, status, answer.bytes.toString())
    return answer.json.data
  }

  const follow = async (batchId: string, query = ''): Promise<BatchStatus> =>
    batchStatusAnswer.strict().parse(await request('GET', `/api/batches/${batchId}/status${query}`))

  return {
    ...service,
    request,
    follow,
    /** Registers an event with guests 1 to `count`; `change` says more of a guest. */
    async registerGuests(eventId: number, count: number, change: (guestId: number) => object = () => ({})): Promise<number[]> {
      const event = { title: `Event ${eventId}`, startsAt: '2030-01-01T10:00:00Z', timezone: 'Europe/Paris', location: 'Paris' }
      await request('PUT', `/api/events/${eventId}`, event)
      const ids = Array.from({ length: count }, (_, index) => index + 1)
      const guests = ids.map((guestId) => ({ guestId, ...person(guestId), ...change(guestId) }))
      await request('PUT', `/api/events/${eventId}/guests`, { guests })
      return ids
    },
    /** Orders a batch, of the plain template if the body names none. */
    accept: (body: object) =>
      request<{ batchId: string; jobId: number }>('POST', '/api/tickets/batch', { templateId: plainTemplate, ...body }, 202),
    /** Waits until a batch has ended, and gives its status with up to 1,000 tickets. */
    async ended(batchId: string): Promise<BatchStatus> {
      await eventually(`${batchId} ends`, async () => (await follow(batchId, '?limit=1')).status !== 'processing', 60_000)
      return await follow(batchId, '?limit=1000')
    },
    /** Adds a template as its author would. */
    publish,
    listen: () => listen(service.awsEndpoint),
  }
}

function person(guestId: number) {
  return { firstName: 'Guest', lastName: `Number ${guestId}`, email: `guest${guestId}@example.com`, ticketType: 'Standard' }
}

/** Subscribes a queue to the topic; what the function answers are the notifications of a batch until now, each as often as it came. */
async function listen(endpoint: string): Promise<(batchId: string) => Promise<BatchCompleted[]>> {
  const options = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 's' } }
  const sqs = new SQSClient(options)
  await sqs.send(new CreateQueueCommand({ QueueName: 'listener' }))
  const TopicArn = process.env.TICKET_EVENTS_TOPIC_ARN
  const Endpoint = 'arn:aws:sqs:us-east-1:000000000000:listener'
  await new SNSClient(options).send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint }))
  const QueueUrl = `${endpoint}/000000000000/listener`
  const heard: BatchCompleted[] = []
  return async (batchId) => {
    for (;;) {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))
      if (Messages.length === 0) return heard.filter((event) => event.batchId === batchId)
      for (const { Body, ReceiptHandle } of Messages) {
        heard.push(JSON.parse(JSON.parse(Body ?? '').Message))
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
      }
    }
  }
}
