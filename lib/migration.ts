import { Duration } from 'aws-cdk-lib'
import type { Code } from 'aws-cdk-lib/aws-lambda'
import { Trigger } from 'aws-cdk-lib/triggers'
import { Construct } from 'constructs'
import { workers } from '../functions/contract/functions.ts'
import { Worker, type WorkerSurroundings } from './worker.ts'

/** Is the migration of the database at each deployment that changes it. */
export class Migration extends Construct {
  readonly functionName: string
  private readonly trigger: Trigger

  constructor(scope: Construct, id: string, props: WorkerSurroundings & { code: Code }) {
    super(scope, id)
    const worker = new Worker(this, 'migrate', { ...props, name: 'migrate', mostAtOnce: 1 })
    this.functionName = worker.function.functionName
    this.trigger = new Trigger(this, 'Run', {
      handler: worker.function,
      timeout: Duration.seconds(workers.migrate.timeoutSeconds),
    })
  }

  /** Keeps what is given as it was until the migration has succeeded; where it fails, the deployment is rolled back. */
  runBefore(...constructs: Construct[]): void {
    this.trigger.executeBefore(...constructs)
  }
}
