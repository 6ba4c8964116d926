import { setTimeout as delay } from 'node:timers/promises'
import { ListTopicsCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { TargetProcess } from './target-process.ts'

/** A notice as it is published. */
export interface Notice {
  id: string
  type: string
  sequence: string
  data: { batchId?: string; ticketId?: number; eventId?: number }
}

/** A batch as its owner knows it. */
export interface OrderedBatch {
  batchId: string
  eventId: number
  guestIds: number[]
  templateId: number
  priority: 'high' | 'normal'
}

/** Names the template that no ticket of these two guests can be made from: one fills too large, one prints too large. */
export const hardTemplateId = 9001
export const overfilledGuest = 17
export const manyPagedGuest = 23

const timeoutMs = 120_000
const accountId = '000000000000'
const guestsPerEvent = 300

/** What events that are erased have: ids from here on, guests of this name, and printed tickets for some of them. */
export const forgotten = { firstEventId: 100_000, name: 'Forgotten', guestCount: 1500, printedCount: 60 }

/** The platform's side of the story: orders batches, as often as it takes to be heard, and listens to what the topic says. */
export class Core {
  readonly batches: OrderedBatch[] = []
  /** The events that were erased. */
  readonly forgottenEvents: number[] = []
  /** The notices by id: one may come twice. */
  readonly notices = new Map<string, Notice>()
  readonly #target: TargetProcess

  constructor(target: TargetProcess) {
    this.#target = target
  }

  /** Adds the template that breaks, and subscribes to the topic. */
  async prepare(): Promise<void> {
    const body = `{{firstName}}{{#if repeat}}${'{{repeat}}'.repeat(1100)}{{/if}}{{#each pages}}<p style="break-before: page">{{this}}</p>{{/each}}`
    const source = `<!doctype html><html><head><title>t</title></head><body>${body}</body></html>`
    await this.#target.sql`
      INSERT INTO templates (id, version, name, source, required_variables) VALUES (${hardTemplateId}, 1, 'hard', ${source}, '{}')`
    await this.sqs().send(new CreateQueueCommand({ QueueName: 'core' }))
    const sns = new SNSClient(this.#options())
    const { Topics = [] } = await sns.send(new ListTopicsCommand())
    const Endpoint = `arn:aws:sqs:us-east-1:${accountId}:core`
    await sns.send(new SubscribeCommand({ TopicArn: Topics[0]?.TopicArn, Protocol: 'sqs', Endpoint }))
  }

  /** Reaches SQS where it is now. */
  sqs(): SQSClient {
    return new SQSClient(this.#options())
  }

  /** Names a queue where it is now. */
  queueUrl(name: string): string {
    return `${this.#target.addresses.awsEndpoint}/${accountId}/${name}`
  }

  /** Registers an event, orders tickets, and erases the event while they are printed. */
  async forgetAnother(): Promise<void> {
    const eventId = forgotten.firstEventId + this.forgottenEvents.length
    await this.register(eventId, forgotten.guestCount, forgotten.name)
    const guestIds = Array.from({ length: forgotten.printedCount }, (_, index) => index + 1)
    await this.repeatOrder({ batchId: `gone-${eventId}`, eventId, guestIds, templateId: 1, priority: 'high' })
    await this.call('DELETE', `/api/events/${eventId}`)
    this.forgottenEvents.push(eventId)
  }

  /** Registers an event with its guests. */
  async register(eventId: number, count = guestsPerEvent, firstName = 'Guest'): Promise<void> {
    const event = { title: `Event ${eventId}`, startsAt: '2030-01-01T10:00:00Z', timezone: 'Europe/Paris', location: 'Paris' }
    await this.call('PUT', `/api/events/${eventId}`, event)
    const guests = Array.from({ length: count }, (_, index) => ({
      ...{ guestId: index + 1, firstName, lastName: `Number ${index + 1}`, email: 'guest@example.com' },
      ...{ ticketType: 'Standard', data: hardData(index + 1) },
    }))
    await this.call('PUT', `/api/events/${eventId}/guests`, { guests })
  }

  /** Orders a batch; it counts from the first attempt on, whose answer may get lost. */
  async order(batch: OrderedBatch): Promise<void> {
    this.batches.push(batch)
    await this.repeatOrder(batch)
  }

  /** Repeats an order, as Core does after no answer. */
  async repeatOrder({ batchId, eventId, guestIds, templateId, priority }: OrderedBatch): Promise<void> {
    await this.call('POST', '/api/tickets/batch', { eventId, guestIds, templateId, options: { batchId, priority } })
  }

  /** Calls the service until it answers without a fault of its own. */
  async call(method: string, path: string, body?: unknown): Promise<unknown> {
    return await untilDone(`${method} ${path}`, async () => {
      const init = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
      const answer = await fetch(`${this.#target.addresses.url}${path}`, { method, ...init, signal: AbortSignal.timeout(20_000) })
      const text = await answer.text()
      if (answer.status >= 500) throw new Error(`${answer.status} ${text}`)
      if (!answer.ok) throw new Refusal(`${method} ${path}: ${answer.status} ${text}`)
      return JSON.parse(text).data
    })
  }

  /** Reads what the topic has said since. */
  async listen(): Promise<void> {
    await untilDone('listening', async () => {
      const sqs = this.sqs()
      const QueueUrl = this.queueUrl('core')
      for (;;) {
        const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))
        if (Messages.length === 0) return
        for (const { Body, ReceiptHandle } of Messages) {
          const notice: Notice = JSON.parse(JSON.parse(Body ?? '').Message)
          this.notices.set(notice.id, notice)
          await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
        }
      }
    })
  }

  #options() {
    const credentials = { accessKeyId: 'a', secretAccessKey: 's' }
    return { endpoint: this.#target.addresses.awsEndpoint, region: 'us-east-1', credentials }
  }
}

/** Makes some guests hard: the one's ticket gets too large when it is filled, the other's when it is printed. */
function hardData(guestId: number): object {
  if (guestId === overfilledGuest) return { repeat: 'x'.repeat(2000) }
  if (guestId !== manyPagedGuest) return {}
  return { pages: Array.from({ length: 100 }, (_, index) => `number ${index} ${crypto.randomUUID()}`) }
}

class Refusal extends Error {}

/** Tries again until the work is done, or nobody would wait any more. */
export async function untilDone<T>(name: string, work: () => Promise<T>, pauseMs = 200): Promise<T> {
  const until = Date.now() + timeoutMs
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (error instanceof Refusal || Date.now() > until) throw new Error(`Given up: ${name}`, { cause: error })
      await delay(pauseMs)
    }
  }
}
