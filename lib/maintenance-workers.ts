import { Size } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import type { workers } from '../functions/contract/functions.ts'
import { Worker, type WorkerContext, type WorkerProps } from './worker.ts'

/**
 * The workers that move every batch to its end: `prepare-batch` gives the guests of large ones their tickets, `dead-letter`
 * settles chunks whose retries are used up, and `sweep` looks every minute for lost work. `erase` deletes guests' data, and
 * `send-notices` publishes changes. Where the stage has a canary, it makes a ticket every five minutes; where there are
 * wallets, two more workers push changed passes.
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

  constructor(scope: Construct, id: string, props: WorkerContext) {
    super(scope, id)
    const { stage, parts } = props
    const { concurrency, memory, noticeSeconds } = stage
    const { high, normal } = parts.queues
    const make = (name: keyof typeof workers, own: Partial<WorkerProps>) => new Worker(this, name, { ...props, ...own }).function
    this.prepareBatch = make('prepare-batch', { reservedConcurrency: concurrency.prepareBatch, memory: memory.bulkRoute })
    this.erase = make('erase', { reservedConcurrency: concurrency.erase })
    // Outside of the network, which has no way to the API.
    const canary = stage.hasCanary ? make('canary', { network: undefined, reservedConcurrency: 1 }) : undefined
    this.canaryArn = canary?.role?.roleArn
    this.functions = {
      'prepare-batch': this.prepareBatch,
      erase: this.erase,
      'dead-letter': make('dead-letter', {
        reservedConcurrency: concurrency.deadLetter,
        sources: [{ queue: high.deadLetter }, { queue: normal.deadLetter }],
      }),
      // Runs must not overlap: a second one would repair what a slow one is still repairing.
      sweep: make('sweep', { parts: { ...parts, prepareBatch: this.prepareBatch }, reservedConcurrency: 1 }),
      // One takes over from the other.
      'send-notices': make('send-notices', {
        reservedConcurrency: 2,
        memory: memory.notices,
        clockEvent: { seconds: noticeSeconds },
      }),
      ...(parts.wallets ? this.addPushes(props) : {}),
      ...(canary ? { canary } : {}),
    }
  }

  /**
   * Adds what tells wallets of changed passes: one function that reaches the database, and one outside of the network,
   * which has no way to Apple and Google. Two runs of the first take turns.
   */
  private addPushes(props: WorkerContext) {
    const memory = Size.mebibytes(256)
    const pushPasses = new Worker(this, 'push-passes', { ...props, network: undefined, memory }).function
    const parts = { ...props.parts, pushPasses }
    const find = new Worker(this, 'find-changed-passes', { ...props, parts, memory, reservedConcurrency: 2 }).function
    return { 'push-passes': pushPasses, 'find-changed-passes': find }
  }
}
