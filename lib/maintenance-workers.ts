import { Duration } from 'aws-cdk-lib'
import { Rule, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets'
import type { Code } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import { workers } from '../functions/contract/functions.ts'
import { onceInTime, Worker, type WorkerContext } from './worker.ts'

/**
 * The workers that make every batch end: `dead-letter` settles chunks whose retries are used up, and `sweep`
 * looks every minute for lost work.
 */
export class MaintenanceWorkers extends Construct {
  readonly deadLetter: Worker
  readonly sweep: Worker

  constructor(scope: Construct, id: string, props: WorkerContext & { code: Code }) {
    super(scope, id)
    const { high, normal } = props.parts.queues
    this.deadLetter = new Worker(this, 'dead-letter', {
      ...props,
      name: 'dead-letter',
      reservedConcurrency: props.stage.concurrency.deadLetter,
      sources: [{ queue: high.deadLetter }, { queue: normal.deadLetter }],
    })
    // Runs must not overlap: a second one would repair what a slow one is still repairing. Nor does a late one help: the next is due.
    this.sweep = new Worker(this, 'sweep', { ...props, name: 'sweep', reservedConcurrency: 1 })
    new Rule(this, 'Clock', {
      description: workers.sweep.purpose,
      schedule: Schedule.rate(Duration.seconds(workers.sweep.trigger.everySeconds)),
      targets: [new LambdaFunction(this.sweep.function, onceInTime)],
    })
  }

  /** The functions by worker name. */
  get functions() {
    return { 'dead-letter': this.deadLetter.function, sweep: this.sweep.function }
  }
}
