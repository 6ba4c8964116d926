import { Duration, type Size } from 'aws-cdk-lib'
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { type Code, EventSourceMapping, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { type WorkerFunction, workers } from '../functions/contract/functions.ts'
import { messagesPerInvocation } from '../functions/contract/queues.ts'
import { accessFor } from './function-access.ts'
import type { Network } from './network.ts'
import type { Parts } from './parts.ts'
import { ServiceFunction, type ServiceFunctionProps } from './service-function.ts'
import type { Stage } from './stage.ts'

/** Properties that workers with the same code share. */
export interface WorkerContext {
  code: Code
  stage: Stage
  parts: Parts
  network: Network | undefined
}

/** Properties of a worker. */
export interface WorkerProps extends WorkerContext {
  reservedConcurrency?: number
  memory?: Size
  chromium?: NonNullable<ServiceFunctionProps['chromium']>
  /** The queues that feed it. */
  sources?: Source[]
  /** The event of its clock; EventBridge's own otherwise. */
  clockEvent?: object
}

/** A queue that feeds a worker. */
export interface Source {
  queue: Queue
  /** The limit of chunks processed concurrently from this queue; Lambda's minimum is 2. */
  maxConcurrency?: number
}

/**
 * How a clock invokes a worker, for EventBridge and for Lambda's own queue: without a retry, and not after waiting for a
 * minute, since the next run does all that this one would.
 */
const onceInTime = { retryAttempts: 0, maxEventAge: Duration.minutes(1) }

/** A worker of contract/functions.ts by its name, with its queues. */
export class Worker extends Construct {
  readonly function: LambdaFunction

  constructor(scope: Construct, name: keyof typeof workers, props: WorkerProps) {
    super(scope, name)
    const { parts, stage, network, sources = [], clockEvent, ...own } = props
    const worker: WorkerFunction = workers[name]
    const access = accessFor(parts, { ...worker, name })
    const receiving = sources.map(({ queue }) => allowReceiving(queue))
    const made = new ServiceFunction(this, 'Worker', {
      ...own,
      module: worker.module,
      purpose: worker.purpose,
      access: { ...access, statements: [...access.statements, ...receiving] },
      timeoutSeconds: worker.timeoutSeconds,
      isMonitored: stage.isMonitored,
      memory: own.memory ?? stage.memory.worker,
      network,
    })
    this.function = made.function
    if (worker.trigger.type === 'schedule') this.schedule(worker.trigger.everySeconds, clockEvent)
    for (const source of sources) this.feed(source)
  }

  private schedule(everySeconds: number, event?: object): void {
    this.function.configureAsyncInvoke(onceInTime)
    new Rule(this, 'Clock', {
      schedule: Schedule.rate(Duration.seconds(everySeconds)),
      targets: [
        new LambdaTarget(this.function, { ...onceInTime, ...(event ? { event: RuleTargetInput.fromObject(event) } : {}) }),
      ],
    })
  }

  private feed({ queue, maxConcurrency }: Source): void {
    new EventSourceMapping(this, `From ${queue.node.id}`, {
      target: this.function,
      eventSourceArn: queue.queueArn,
      batchSize: messagesPerInvocation,
      reportBatchItemFailures: true,
      ...(maxConcurrency === undefined ? {} : { maxConcurrency }),
    })
  }
}

/** Allows Lambda to receive messages for the function. AWS Lambda, "Using Lambda with Amazon SQS". */
function allowReceiving(queue: Queue): PolicyStatement {
  return new PolicyStatement({
    actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
    resources: [queue.queueArn],
  })
}
