import { setTimeout as delay } from 'node:timers/promises'
import { PurgeQueueCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { sendSignal } from '../../bin/local/process/process-tree.ts'
import { renderQueues, ticketsPerChunk } from '../../functions/contract/queues.ts'
import type { Core, OrderedBatch } from './core.ts'
import { untilDone } from './core.ts'
import type { Random } from './random.ts'
import type { TargetProcess } from './target-process.ts'

/** Names the faults with how often each is drawn. The first six kill a process; `eraser` kills what erases an event. */
export const weights = {
  ...{ renderer: 30, browser: 50, postmaster: 9, server: 6, sender: 20, eraser: 10 },
  ...{ duplicates: 8, purge: 4, poison: 3 },
}

/** Names a fault that is drawn. */
export type RandomFault = keyof typeof weights

/** Names a fault; `before-send` kills the server between the commit of a batch and its sending. */
export type Fault = RandomFault | 'before-send'

/** About how long erasing an event takes, its files included. */
const longestErasureMs = 1500

const kills: Fault[] = ['renderer', 'browser', 'postmaster', 'server', 'sender', 'eraser', 'before-send']

/** Injects faults, and counts those that hit. */
export class Injector {
  readonly counts = new Map<Fault, number>()
  readonly #target: TargetProcess
  readonly #core: Core
  readonly #random: Random

  constructor(target: TargetProcess, core: Core, random: Random) {
    this.#target = target
    this.#core = core
    this.#random = random
  }

  /** Counts the processes that were killed. */
  get killCount(): number {
    return kills.reduce((sum, fault) => sum + (this.counts.get(fault) ?? 0), 0)
  }

  /** Injects one fault. */
  async inject(fault: RandomFault): Promise<void> {
    const actions = {
      renderer: () => this.#kill(fault, this.#target.renderers()),
      browser: () => this.#kill(fault, this.#target.browsers()),
      postmaster: () => this.#kill(fault, this.#target.postmaster()),
      sender: () => this.#kill(fault, this.#target.senders()),
      eraser: async () => {
        await this.#core.forgetAnother()
        await delay(this.#random.between(0, longestErasureMs))
        this.#kill(fault, this.#target.erasers())
      },
      server: async () => {
        await this.#target.killServer()
        this.#count(fault)
      },
      duplicates: () => this.#sendAgain(),
      purge: () => this.#purge(),
      poison: () => this.#sendPoison(),
    }
    await actions[fault]()
  }

  /** Orders a batch, kills the server when its rows are there but not all is sent, and orders it again. */
  async killBeforeSend(batch: OrderedBatch): Promise<void> {
    this.#core.batches.push(batch)
    const lost = this.#core.repeatOrder(batch).catch(() => undefined)
    await untilDone(
      'the rows are there',
      async () => {
        const rows = await this.#target.sql`SELECT FROM generation_jobs WHERE batch_id = ${batch.batchId}`
        if (rows.length === 0) throw new Error('not yet')
      },
      1,
    )
    await this.#target.killServer()
    this.#count('before-send')
    await lost
  }

  /** Kills every renderer of batches that lives now. */
  killRenderers(): void {
    for (const pid of this.#target.renderers()) this.#kill('renderer', [pid])
  }

  #kill(fault: Fault, pids: number[]): void {
    const pid = this.#random.pick(pids)
    if (pid !== undefined && sendSignal(pid, 'SIGKILL')) this.#count(fault)
  }

  #count(fault: Fault): void {
    this.counts.set(fault, (this.counts.get(fault) ?? 0) + 1)
  }

  async #sendAgain(): Promise<void> {
    const batch = this.#random.pick(this.#core.batches.slice(-4))
    if (!batch) return
    const rows = await this.#target.sql`
      SELECT item.id, item.job_id FROM ticket_generation_logs item JOIN generation_jobs job ON job.id = item.job_id
      WHERE job.batch_id = ${batch.batchId}`
    const ids = this.#random.shuffle(rows.map(({ id }) => Number(id)))
    for (let chunk = 0; chunk < 3 && ids.length > 0; chunk++) {
      const itemIds = ids.splice(0, Math.ceil(this.#random.between(1, ticketsPerChunk)))
      await this.#send(JSON.stringify({ jobId: Number(rows[0]?.job_id), itemIds }))
    }
    this.#count('duplicates')
  }

  async #purge(): Promise<void> {
    for (const { name } of Object.values(renderQueues))
      await this.#core.sqs().send(new PurgeQueueCommand({ QueueUrl: this.#core.queueUrl(name) }))
    this.#count('purge')
  }

  async #sendPoison(): Promise<void> {
    for (const body of ['not JSON', '{"jobId":1}', '{"jobId":999999999,"itemIds":[999999999]}']) await this.#send(body)
    this.#count('poison')
  }

  async #send(body: string): Promise<void> {
    const { name } = this.#random.pick(Object.values(renderQueues)) ?? renderQueues.normal
    await this.#core.sqs().send(new SendMessageCommand({ QueueUrl: this.#core.queueUrl(name), MessageBody: body }))
  }
}
