import { Duration } from 'aws-cdk-lib'
import { Rule, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets'
import type { Code } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import { workers } from '../functions/contract/functions.ts'
import { Worker, type WorkerSurroundings } from './worker.ts'

/** Is the workers that see to it that every batch ends: one settles what was tried out, one looks every minute for what got lost. */
export class MaintenanceWorkers extends Construct {
  readonly deadLetter: Worker
  readonly sweep: Worker

  constructor(scope: Construct, id: string, props: WorkerSurroundings & { code: Code }) {
    super(scope, id)
    const { high, normal } = props.parts.queues
    this.deadLetter = new Worker(this, 'dead-letter', {
      ...props,
      name: 'dead-letter',
      mostAtOnce: props.stage.concurrency.deadLetter,
      sources: [{ queue: high.deadLetter }, { queue: normal.deadLetter }],
    })
    // One at a time: what a slow run has not put right is not put right twice.
    this.sweep = new Worker(this, 'sweep', { ...props, name: 'sweep', mostAtOnce: 1 })
    new Rule(this, 'Clock', {
      description: workers.sweep.purpose,
      schedule: Schedule.rate(Duration.seconds(workers.sweep.trigger.everySeconds)),
      targets: [new LambdaFunction(this.sweep.function, { retryAttempts: 0 })],
    })
  }

  /** Gives its functions by name. */
  get functions() {
    return { 'dead-letter': this.deadLetter.function, sweep: this.sweep.function }
  }
}
