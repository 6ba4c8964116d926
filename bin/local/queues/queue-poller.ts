import { setTimeout as delay } from 'node:timers/promises'
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import * as z from 'zod'
import { messagesPerInvocation } from '../../../functions/contract/queues.ts'
import type { Outcome } from '../lambda/function-environment.ts'
import { makeSqsEvent, type SourceQueue } from './sqs-event.ts'

/** The queues to poll, by descending priority, and the function to run. */
export interface PollerSettings {
  sqs: SQSClient
  queues: SourceQueue[]
  /** Maximum concurrent invocations over all queues. */
  concurrency: number
  /** Delays of a failed message, by its receive count; the last one repeats. Default: 1, 4, 15 s. */
  backOffSeconds?: number[]
  /** Runs the function. `event` is JSON. */
  invoke(event: string): Promise<Outcome>
  log(line: string): void
}

const longPollSeconds = 20
const faultDelayMs = 1000
const defaultBackOffSeconds = [1, 4, 15]

interface Received {
  queue: SourceQueue
  messages: Message[]
}

/**
 * Feeds a function from queues as Lambda's SQS event source does: receives messages while an environment is
 * free, deletes those that succeeded, and leaves the others to the queue's redrive policy. Unlike Lambda's, a
 * failed message is retried after 1, 4, then 15 s, because on a laptop somebody waits for it; and one message of
 * each queue, received by a long poll, may wait for the next free environment.
 */
export class QueuePoller {
  readonly #settings: PollerSettings
  readonly #running = new Set<Promise<void>>()
  readonly #longPolls = new Map<SourceQueue, LongPoll>()
  readonly #stopping = new AbortController()
  readonly #loop: Promise<void>

  /** Starts to poll. */
  constructor(settings: PollerSettings) {
    this.#settings = settings
    this.#loop = this.#run()
  }

  /** Stops receiving. Running invocations have `graceMs`; the rest is received again at the next start. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping.abort()
    const timer = new AbortController()
    const ended = Promise.all([this.#loop, ...this.#running])
    await Promise.race([ended, delay(graceMs, undefined, { signal: timer.signal }).catch(() => undefined)])
    timer.abort()
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        if (this.#running.size >= this.#settings.concurrency) await Promise.race(this.#running)
        else await this.#receiveNext()
      } catch (error) {
        if (this.#stopping.signal.aborted) return
        this.#settings.log(`Polling a queue failed, retrying: ${error}`)
        await delay(faultDelayMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined)
      }
    }
  }

  /** Starts the messages of the first queue that has any, or waits until one of the queues may have some. */
  async #receiveNext(): Promise<void> {
    const { queues } = this.#settings
    for (const queue of queues) {
      const longPoll = this.#longPolls.get(queue)
      // A pending long poll means that the queue is empty.
      if (longPoll && !longPoll.isOver) continue
      this.#longPolls.delete(queue)
      const messages = longPoll?.messages ?? (await this.#receive(queue, 0))
      if (messages.length > 0) return this.#start({ queue, messages })
    }
    for (const queue of queues) if (!this.#longPolls.has(queue)) this.#longPolls.set(queue, this.#longPoll(queue))
    await Promise.race([...this.#longPolls.values()].map(({ over }) => over))
  }

  #longPoll(queue: SourceQueue): LongPoll {
    const longPoll: LongPoll = { isOver: false, messages: undefined, over: Promise.resolve() }
    longPoll.over = this.#receive(queue, longPollSeconds).then(
      (messages) => Object.assign(longPoll, { isOver: true, messages: messages.length > 0 ? messages : undefined }),
      // The short poll that follows fails in the same way and is reported.
      () => Object.assign(longPoll, { isOver: true }),
    )
    return longPoll
  }

  async #receive(queue: SourceQueue, waitSeconds: number): Promise<Message[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: queue.url,
      MaxNumberOfMessages: messagesPerInvocation,
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    })
    const { Messages = [] } = await this.#settings.sqs.send(command, { abortSignal: this.#stopping.signal })
    return Messages
  }

  #start(received: Received): void {
    const run = this.#handle(received)
      .catch((error) => this.#settings.log(`A message could not be settled and will be received again: ${error}`))
      .finally(() => this.#running.delete(run))
    this.#running.add(run)
  }

  async #handle({ queue, messages }: Received): Promise<void> {
    const { invoke, log } = this.#settings
    const outcome = await invoke(JSON.stringify(makeSqsEvent(queue, messages))).catch(
      (error): Outcome => ({ failed: true, payload: String(error) }),
    )
    if (outcome.failed) log(`The function failed for a message of ${queue.arn}: ${outcome.payload}`)
    const failed = failedIds(outcome, messages)
    await Promise.all(
      messages.map((message) => (failed.has(message.MessageId) ? this.#postpone(queue, message) : this.#delete(queue, message))),
    )
  }

  async #delete(queue: SourceQueue, { ReceiptHandle }: Message): Promise<void> {
    await this.#settings.sqs.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle }))
  }

  async #postpone(queue: SourceQueue, { ReceiptHandle, Attributes }: Message): Promise<void> {
    const { backOffSeconds = defaultBackOffSeconds } = this.#settings
    const receives = Number(Attributes?.ApproximateReceiveCount ?? 1)
    const VisibilityTimeout = backOffSeconds[receives - 1] ?? backOffSeconds.at(-1)
    await this.#settings.sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: queue.url, ReceiptHandle, VisibilityTimeout }))
  }
}

interface LongPoll {
  isOver: boolean
  messages: Message[] | undefined
  over: Promise<unknown>
}

const batchResponse = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish() }).nullable()

/** Lists the messages to retry: those that the function names, or all if it failed or names an unknown one. */
function failedIds({ failed, payload }: Outcome, messages: Message[]): Set<string | undefined> {
  const all = new Set(messages.map(({ MessageId }) => MessageId))
  if (failed) return all
  const { success, data } = batchResponse.safeParse(JSON.parse(payload))
  if (!success) return all
  const named = new Set(data?.batchItemFailures?.map(({ itemIdentifier }) => itemIdentifier))
  return [...named].every((id) => all.has(id)) ? named : all
}
