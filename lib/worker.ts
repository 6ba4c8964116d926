import type { Size } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { type Code, EventSourceMapping, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { type WorkerFunction, workers } from '../functions/contract/functions.ts'
import { messagesPerInvocation } from '../functions/contract/queues.ts'
import { accessFor, type Parts } from './function-access.ts'
import type { Network } from './network.ts'
import { ServiceFunction } from './service-function.ts'
import type { Stage } from './stage.ts'

/** Is what every worker needs. */
export interface WorkerSurroundings {
  stage: Stage
  parts: Parts
  network: Network | undefined
}

/** Is what one worker needs. `sources` are the queues that feed it, with how many chunks it may take from each at once. */
export interface WorkerProps extends WorkerSurroundings {
  name: keyof typeof workers
  code: Code
  mostAtOnce: number
  memory?: Size
  chromium?: { disk: Size }
  sources?: Source[]
}

/** Is a queue that feeds a worker. `atOnce` is 2 or more: Lambda knows no smaller limit. */
export interface Source {
  queue: Queue
  atOnce?: number
}

/** Is a function of contract/functions.ts, fed by queues where it has any. */
export class Worker extends Construct {
  readonly function: LambdaFunction

  constructor(scope: Construct, id: string, { name, parts, stage, network, sources = [], ...props }: WorkerProps) {
    super(scope, id)
    const worker: WorkerFunction = workers[name]
    const access = accessFor(parts, { ...worker, name })
    const receiving = sources.map(({ queue }) => mayReceive(queue))
    const made = new ServiceFunction(this, 'Worker', {
      ...props,
      module: worker.module,
      purpose: worker.purpose,
      access: { ...access, statements: [...access.statements, ...receiving] },
      timeoutSeconds: worker.timeoutSeconds,
      memory: props.memory ?? stage.memory.worker,
      network,
      logLifetime: stage.logLifetime,
    })
    this.function = made.function
    for (const source of sources) this.feed(source)
  }

  private feed({ queue, atOnce }: Source): void {
    new EventSourceMapping(this, `From ${queue.node.id}`, {
      target: this.function,
      eventSourceArn: queue.queueArn,
      batchSize: messagesPerInvocation,
      reportBatchItemFailures: true,
      ...(atOnce === undefined ? {} : { maxConcurrency: atOnce }),
    })
  }
}

/** Lets Lambda take messages for the function. AWS Lambda, "Using Lambda with Amazon SQS". */
function mayReceive(queue: Queue): PolicyStatement {
  return new PolicyStatement({
    actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
    resources: [queue.queueArn],
  })
}
