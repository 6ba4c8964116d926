import { Size } from 'aws-cdk-lib'
import type { Code } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import { Worker, type WorkerContext } from './worker.ts'

/**
 * The workers that move every batch to its end: `prepare-batch` gives the guests of large ones their tickets, `dead-letter` settles chunks
 * whose retries are used up, and `sweep` looks every minute for lost work. `erase` forgets guests, `send-notices` tells the topic of changes. Where the stage has
 * one, a canary makes a ticket every five minutes; where there are wallets, two more tell them of changed passes.
 */
export class MaintenanceWorkers extends Construct {
  /** The functions by worker name. */
  readonly functions: Readonly<Record<string, Worker['function']>>
  /** The function that prepares large batches. */
  readonly prepareBatch: Worker['function']
  /** The function that erases guests. */
  readonly erase: Worker['function']
  /** The role that the canary calls the API with. */
  readonly canaryArn: string | undefined

  constructor(scope: Construct, id: string, props: WorkerContext & { code: Code }) {
    super(scope, id)
    const { stage, parts } = props
    const { high, normal } = parts.queues
    const prepare = new Worker(this, 'prepare-batch', {
      ...props,
      name: 'prepare-batch',
      reservedConcurrency: stage.concurrency.prepareBatch,
      memory: stage.memory.bulkRoute,
    })
    this.prepareBatch = prepare.function
    const deadLetter = new Worker(this, 'dead-letter', {
      ...props,
      name: 'dead-letter',
      reservedConcurrency: stage.concurrency.deadLetter,
      sources: [{ queue: high.deadLetter }, { queue: normal.deadLetter }],
    })
    // Runs must not overlap: a second one would repair what a slow one is still repairing.
    const sweep = new Worker(this, 'sweep', {
      ...props,
      parts: { ...parts, prepareBatch: prepare.function },
      name: 'sweep',
      reservedConcurrency: 1,
    })
    const sendNotices = new Worker(this, 'send-notices', {
      ...props,
      name: 'send-notices',
      // One takes over from the other.
      reservedConcurrency: 2,
      memory: stage.memory.notices,
      clockEvent: { seconds: stage.noticeSeconds },
    })
    const erase = new Worker(this, 'erase', { ...props, name: 'erase', reservedConcurrency: stage.concurrency.erase })
    this.erase = erase.function
    this.functions = {
      ...{ erase: erase.function, 'prepare-batch': prepare.function, 'dead-letter': deadLetter.function },
      ...{ sweep: sweep.function, 'send-notices': sendNotices.function },
    }
    this.functions = { ...this.functions, ...this.addPushes(props) }
    if (!stage.hasCanary) return
    // Outside of the network, which has no way to the API.
    const canary = new Worker(this, 'canary', { ...props, network: undefined, name: 'canary', reservedConcurrency: 1 })
    this.functions = { ...this.functions, canary: canary.function }
    this.canaryArn = canary.function.role?.roleArn
  }

  /**
   * Adds what tells wallets of changed passes, where there are wallets: one function that reaches the database, and
   * one outside of the network, which has no way to Apple and Google. Two runs of the first take turns.
   */
  private addPushes(props: WorkerContext & { code: Code }): Readonly<Record<string, Worker['function']>> {
    if (!props.parts.wallets) return {}
    const memory = Size.mebibytes(256)
    const push = new Worker(this, 'push-passes', { ...props, network: undefined, name: 'push-passes', memory }).function
    const parts = { ...props.parts, pushPasses: push }
    const name = 'find-changed-passes'
    const find = new Worker(this, name, { ...props, parts, name, memory, reservedConcurrency: 2 }).function
    return { 'push-passes': push, [name]: find }
  }
}
