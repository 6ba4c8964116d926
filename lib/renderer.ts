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

  constructor(scope: Construct, id: string, context: WorkerContext) {
    super(scope, id)
    const { concurrency, memory, rendererDisk: disk } = context.stage
    const { high, normal } = context.parts.queues
    const shared = { ...context, memory: memory.renderer, chromium: { disk, processes } }
    this.now = new Worker(this, 'render-now', { ...shared, reservedConcurrency: concurrency.renderNow })
    this.trial = new Worker(this, 'render-trial', { ...shared, reservedConcurrency: concurrency.renderTrial })
    this.batch = new Worker(this, 'render-batch', {
      ...shared,
      reservedConcurrency: concurrency.renderBatch,
      sources: [
        { queue: high.queue, maxConcurrency: concurrency.sources.high },
        { queue: normal.queue, maxConcurrency: concurrency.sources.normal },
      ],
    })
  }

  /** The functions by worker name. */
  get functions() {
    return { 'render-now': this.now.function, 'render-batch': this.batch.function, 'render-trial': this.trial.function }
  }
}
