import { SQSClient } from '@aws-sdk/client-sqs'
import type { WorkerFunction } from '../../../functions/contract/functions.ts'
import type { LambdaService } from '../lambda/lambda-service.ts'
import { type Aws, localCredentials } from './aws.ts'
import { QueuePoller } from './queue-poller.ts'
import { Schedule } from './schedule.ts'

/** The functions to run by their triggers, and what runs them. */
export interface EventSourceSettings {
  functions: Record<string, WorkerFunction>
  aws: Pick<Aws, 'endpoint' | 'region' | 'renderQueues' | 'deadLetterQueues'>
  lambda: Pick<LambdaService, 'invoke'>
  maximumRenderers: number
  /** Replaces the schedules' own intervals. */
  scheduleSeconds?: number | 'never' | undefined
  log(line: string): void
}

/** The running event sources. */
export interface EventSources {
  /** Starts no more invocations. Those of queues have 3 s to finish. */
  stop(): Promise<void>
}

interface Source {
  stop(graceMs: number): unknown
}

const stopGraceMs = 3000

/** Connects each function to its trigger: the render queues, the dead-letter queues or a schedule. */
export function startEventSources(settings: EventSourceSettings): EventSources {
  const { endpoint, region } = settings.aws
  const sqs = new SQSClient({ endpoint, region, credentials: localCredentials })
  const sources = Object.entries(settings.functions).flatMap(([name, worker]) => startSource(settings, sqs, { name, worker }))
  return {
    stop: async () => {
      await Promise.all(sources.map((source) => source.stop(stopGraceMs)))
      sqs.destroy()
    },
  }
}

function startSource(
  { aws, lambda, maximumRenderers, scheduleSeconds, log }: EventSourceSettings,
  sqs: SQSClient,
  { name, worker: { trigger } }: { name: string; worker: WorkerFunction },
): Source[] {
  const invoke = (event: string) => lambda.invoke(name, event)
  switch (trigger.type) {
    case 'render-queues':
      return [new QueuePoller({ sqs, queues: aws.renderQueues, concurrency: maximumRenderers, invoke, log })]
    case 'dead-letter-queues':
      return [new QueuePoller({ sqs, queues: aws.deadLetterQueues, concurrency: 1, invoke, log })]
    case 'schedule':
      if (scheduleSeconds === 'never') return []
      return [new Schedule({ name, everySeconds: scheduleSeconds ?? trigger.everySeconds, invoke, log })]
    case 'invoke':
    case 'deployment':
      return []
  }
}
