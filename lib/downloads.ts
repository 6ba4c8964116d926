import type { Code } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import { Worker, type WorkerContext } from './worker.ts'

/** The worker that puts all tickets of a batch into one file. */
export class Downloads extends Construct {
  readonly make: Worker

  constructor(scope: Construct, id: string, props: WorkerContext & { code: Code }) {
    super(scope, id)
    const { concurrency, memory } = props.stage
    this.make = new Worker(this, 'make-download', {
      ...props,
      name: 'make-download',
      reservedConcurrency: concurrency.makeDownload,
      memory: memory.download,
    })
  }

  /** The functions by worker name. */
  get functions() {
    return { 'make-download': this.make.function }
  }
}
