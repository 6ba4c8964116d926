import { Duration, Size } from 'aws-cdk-lib'
import { Rule, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets'
import type { Code } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import { workers } from '../functions/contract/functions.ts'
import { passChanges } from '../functions/contract/retries.ts'
import { Worker, type WorkerContext } from './worker.ts'

/**
 * The workers that move every batch to its end: `prepare-batch` gives the guests of large ones their tickets,
 * `dead-letter` settles chunks whose retries are used up, and `sweep` looks every minute for lost work. Beside them,
 * those that tell wallets of changed passes.
 */
export class MaintenanceWorkers extends Construct {
  readonly prepare: Worker
  readonly deadLetter: Worker
  readonly sweep: Worker

  constructor(scope: Construct, id: string, props: WorkerContext & { code: Code }) {
    super(scope, id)
    const { high, normal } = props.parts.queues
    this.prepare = new Worker(this, 'prepare-batch', {
      ...props,
      name: 'prepare-batch',
      reservedConcurrency: props.stage.concurrency.prepareBatch,
      memory: props.stage.memory.bulkRoute,
    })
    this.deadLetter = new Worker(this, 'dead-letter', {
      ...props,
      name: 'dead-letter',
      reservedConcurrency: props.stage.concurrency.deadLetter,
      sources: [{ queue: high.deadLetter }, { queue: normal.deadLetter }],
    })
    // Runs must not overlap: a second one would repair what a slow one is still repairing.
    const parts = { ...props.parts, prepareBatch: this.prepare.function }
    this.sweep = new Worker(this, 'sweep', { ...props, parts, name: 'sweep', reservedConcurrency: 1 })
    new Rule(this, 'Clock', {
      description: workers.sweep.purpose,
      schedule: Schedule.rate(Duration.seconds(workers.sweep.trigger.everySeconds)),
      targets: [new LambdaFunction(this.sweep.function, { retryAttempts: 0 })],
    })
    this.addPushes(props)
  }

  /** Without wallets nothing is looked for. Two runs take turns, so that nobody looks for no longer than a pause. */
  private addPushes(props: WorkerContext & { code: Code }): void {
    const memory = Size.mebibytes(256)
    const push = new Worker(this, 'push-passes', { ...props, name: 'push-passes', memory })
    const parts = { ...props.parts, pushPasses: push.function }
    const find = new Worker(this, 'find-changed-passes', {
      ...{ ...props, parts, memory },
      name: 'find-changed-passes',
      reservedConcurrency: 2,
    })
    new Rule(this, 'PassClock', {
      description: workers['find-changed-passes'].purpose,
      enabled: props.parts.wallets !== undefined,
      schedule: Schedule.rate(Duration.seconds(passChanges.startEverySeconds)),
      targets: [new LambdaFunction(find.function, { retryAttempts: 0 })],
    })
  }

  /** The functions by worker name. */
  get functions() {
    return { 'prepare-batch': this.prepare.function, 'dead-letter': this.deadLetter.function, sweep: this.sweep.function }
  }
}
