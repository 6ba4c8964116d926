import { Duration } from 'aws-cdk-lib'
import { Trigger } from 'aws-cdk-lib/triggers'
import { Construct } from 'constructs'
import { workers } from '../functions/contract/functions.ts'
import { Worker, type WorkerContext } from './worker.ts'

/** The migration of the database, run by each deployment that changes it. */
export class Migration extends Construct {
  readonly functionName: string
  private readonly trigger: Trigger

  constructor(scope: Construct, id: string, props: WorkerContext) {
    super(scope, id)
    const worker = new Worker(this, 'migrate', { ...props, reservedConcurrency: 1 })
    this.functionName = worker.function.functionName
    this.trigger = new Trigger(this, 'Run', {
      handler: worker.function,
      timeout: Duration.seconds(workers.migrate.timeoutSeconds),
    })
  }

  /** Updates the constructs only after the migration succeeded; if it fails, CloudFormation rolls back. */
  runBefore(...constructs: Construct[]): void {
    this.trigger.executeBefore(...constructs)
  }
}
