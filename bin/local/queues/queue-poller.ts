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

/** Says what to poll and what to run. The queues are in order: what waits in the first goes before what waits in the next. */
export interface PollerSettings {
  sqs: SQSClient
  queues: SourceQueue[]
  /** How many invocations run at once, over all queues together. */
  concurrency: number
  /** How long a failed message waits, by how often it was received; the last for all further receives. */
  backOffSeconds?: number[]
  /** Runs the function on an event (JSON). */
  invoke(event: string): Promise<Outcome>
  log(line: string): void
}

const longPollSeconds = 20
const faultDelayMs = 1000
const usualBackOffSeconds = [1, 4, 15]

interface Received {
  queue: SourceQueue
  messages: Message[]
}

/**
 * Feeds a function from queues as Lambda's SQS event source does: receives while an environment is free, deletes what succeeded, and leaves
 * what failed to come again, until the queue's redrive policy gives it up. Two things differ from Lambda. A failed message comes again
 * after 1, 4, then 15 s, since on a laptop somebody waits for it, and not after the queue's visibility timeout, which must be six
 * times the function's. And while environments are free each queue is long-polled, so of each at most one message may arrive that
 * has to wait for the next free environment.
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

  /** Receives no more, and gives what runs `patienceMs` to end; what has not ended by then is received again at the next start. */
  async stop(patienceMs: number): Promise<void> {
    this.#stopping.abort()
    const patience = new AbortController()
    const ended = Promise.all([this.#loop, ...this.#running])
    await Promise.race([ended, delay(patienceMs, undefined, { signal: patience.signal }).catch(() => undefined)])
    patience.abort()
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        if (this.#running.size >= this.#settings.concurrency) await Promise.race(this.#running)
        else await this.#receiveNext()
      } catch (error) {
        if (this.#stopping.signal.aborted) return
        this.#settings.log(`A queue cannot be polled, trying again: ${error}`)
        await delay(faultDelayMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined)
      }
    }
  }

  /** Takes what waits in the first queue that has something, or waits until something arrives in any of them. */
  async #receiveNext(): Promise<void> {
    const { queues } = this.#settings
    for (const queue of queues) {
      const longPoll = this.#longPolls.get(queue)
      // Under way, so nothing waits there.
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
      // The short poll that follows meets the same fault and tells of it.
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
      .catch((error) => this.#settings.log(`A message cannot be settled, it comes again later: ${error}`))
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
      messages.map((message) => (failed.has(message.MessageId) ? this.#putOff(queue, message) : this.#delete(queue, message))),
    )
  }

  async #delete(queue: SourceQueue, { ReceiptHandle }: Message): Promise<void> {
    await this.#settings.sqs.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle }))
  }

  async #putOff(queue: SourceQueue, { ReceiptHandle, Attributes }: Message): Promise<void> {
    const { backOffSeconds = usualBackOffSeconds } = this.#settings
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

/** Lists the messages to deliver again: those that the function names, or all where it failed or names one that it did not get. */
function failedIds({ failed, payload }: Outcome, messages: Message[]): Set<string | undefined> {
  const all = new Set(messages.map(({ MessageId }) => MessageId))
  if (failed) return all
  const { success, data } = batchResponse.safeParse(JSON.parse(payload))
  if (!success) return all
  const named = new Set(data?.batchItemFailures?.map(({ itemIdentifier }) => itemIdentifier))
  return [...named].every((id) => all.has(id)) ? named : all
}
