import type { Code } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import { Worker, type WorkerSurroundings } from './worker.ts'

/** Is what puts all tickets of a batch into one file. */
export class Downloads extends Construct {
  readonly make: Worker

  constructor(scope: Construct, id: string, props: WorkerSurroundings & { code: Code }) {
    super(scope, id)
    const { concurrency, memory } = props.stage
    this.make = new Worker(this, 'make-download', {
      ...props,
      name: 'make-download',
      mostAtOnce: concurrency.makeDownload,
      memory: memory.download,
    })
  }

  /** Gives its functions by name. */
  get functions() {
    return { 'make-download': this.make.function }
  }
}
