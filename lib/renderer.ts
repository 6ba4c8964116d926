import type { Code } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import { Worker, type WorkerContext } from './worker.ts'

/** Whether Chromium runs as several processes, which the first launch tries, or as one (docs/renderer.md). */
const processes = 'auto' as const

/**
 * The renderer, deployed three times, so that a single ticket never queues behind a batch, and no ticket
 * behind a template trial.
 */
export class Renderer extends Construct {
  readonly now: Worker
  readonly batch: Worker
  readonly trial: Worker

  constructor(scope: Construct, id: string, { code, ...context }: WorkerContext & { code: Code }) {
    super(scope, id)
    const { stage, parts } = context
    const shared = { ...context, code, memory: stage.memory.renderer, chromium: { disk: stage.rendererDisk, processes } }
    this.now = new Worker(this, 'render-now', { ...shared, name: 'render-now', reservedConcurrency: stage.concurrency.renderNow })
    const mostTrials = stage.concurrency.renderTrial
    this.trial = new Worker(this, 'render-trial', { ...shared, name: 'render-trial', reservedConcurrency: mostTrials })
    this.batch = new Worker(this, 'render-batch', {
      ...shared,
      name: 'render-batch',
      reservedConcurrency: stage.concurrency.renderBatch,
      sources: [
        { queue: parts.queues.high.queue, maxConcurrency: stage.concurrency.sources.high },
        { queue: parts.queues.normal.queue, maxConcurrency: stage.concurrency.sources.normal },
      ],
    })
  }

  /** The functions by worker name. */
  get functions() {
    return { 'render-now': this.now.function, 'render-batch': this.batch.function, 'render-trial': this.trial.function }
  }
}
