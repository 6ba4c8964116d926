import type { Code } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import { Worker, type WorkerSurroundings } from './worker.ts'

/**
 * The renderer, deployed three times: a ticket that somebody waits for never queues behind a batch, and none
 * behind a template.
 */
export class Renderer extends Construct {
  readonly now: Worker
  readonly batch: Worker
  readonly trial: Worker

  constructor(scope: Construct, id: string, { code, ...surroundings }: WorkerSurroundings & { code: Code }) {
    super(scope, id)
    const { stage, parts } = surroundings
    const shared = { ...surroundings, code, memory: stage.memory.renderer, chromium: { disk: stage.rendererDisk } }
    this.now = new Worker(this, 'render-now', { ...shared, name: 'render-now', mostAtOnce: stage.concurrency.renderNow })
    const mostTrials = stage.concurrency.renderTrial
    this.trial = new Worker(this, 'render-trial', { ...shared, name: 'render-trial', mostAtOnce: mostTrials })
    this.batch = new Worker(this, 'render-batch', {
      ...shared,
      name: 'render-batch',
      mostAtOnce: stage.concurrency.renderBatch,
      sources: [
        { queue: parts.queues.high.queue, atOnce: stage.concurrency.sources.high },
        { queue: parts.queues.normal.queue, atOnce: stage.concurrency.sources.normal },
      ],
    })
  }

  /** Gives its functions by name. */
  get functions() {
    return { 'render-now': this.now.function, 'render-batch': this.batch.function, 'render-trial': this.trial.function }
  }
}
