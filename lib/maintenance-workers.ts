import { Duration } from 'aws-cdk-lib'
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets'
import type { Code } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import { workers } from '../functions/contract/functions.ts'
import { Worker, type WorkerContext } from './worker.ts'

/**
 * The workers that move every batch to its end: `prepare-batch` gives the guests of large ones their tickets,
 * `dead-letter` settles chunks whose retries are used up, `sweep` looks every minute for lost work, and
 * `send-notices` tells the topic of changes.
 */
export class MaintenanceWorkers extends Construct {
  readonly prepare: Worker
  readonly deadLetter: Worker
  readonly sweep: Worker
  readonly sendNotices: Worker

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
    this.runEvery('Clock', 'sweep', this.sweep)
    this.sendNotices = new Worker(this, 'send-notices', {
      ...props,
      name: 'send-notices',
      // One invocation takes over from the other.
      reservedConcurrency: 2,
      memory: props.stage.memory.notices,
    })
    this.runEvery('NoticeClock', 'send-notices', this.sendNotices, { seconds: props.stage.noticeSeconds })
  }

  private runEvery(id: string, name: 'sweep' | 'send-notices', worker: Worker, event?: object): void {
    new Rule(this, id, {
      description: workers[name].purpose,
      schedule: Schedule.rate(Duration.seconds(workers[name].trigger.everySeconds)),
      targets: [
        new LambdaFunction(worker.function, { retryAttempts: 0, ...(event ? { event: RuleTargetInput.fromObject(event) } : {}) }),
      ],
    })
  }

  /** The functions by worker name. */
  get functions() {
    return {
      'prepare-batch': this.prepare.function,
      'dead-letter': this.deadLetter.function,
      sweep: this.sweep.function,
      'send-notices': this.sendNotices.function,
    }
  }
}
