import { SQSClient } from '@aws-sdk/client-sqs'
import type { WorkerFunction } from '../../../functions/contract/functions.ts'
import type { LambdaService } from '../lambda/lambda-service.ts'
import { type Aws, localCredentials } from './aws.ts'
import { QueuePoller } from './queue-poller.ts'
import { Schedule } from './schedule.ts'

/** Says which functions to run by their triggers. `scheduleSeconds` takes the place of the schedules' own intervals, or says that they never strike. */
export interface EventSourceSettings {
  functions: Record<string, WorkerFunction>
  aws: Pick<Aws, 'endpoint' | 'region' | 'renderQueues' | 'deadLetterQueues'>
  lambda: Pick<LambdaService, 'invoke'>
  maximumRenderers: number
  scheduleSeconds?: number | 'never' | undefined
  log(line: string): void
}

/** Is what runs functions without a caller. */
export interface EventSources {
  /** Starts nothing more, and gives what came from a queue 3 s to end. */
  stop(): Promise<void>
}

interface Source {
  stop(patienceMs: number): unknown
}

const stopPatienceMs = 3000

/** Starts to feed each function from what triggers it: the render queues, the dead-letter queues or a clock. */
export function startEventSources(settings: EventSourceSettings): EventSources {
  const { endpoint, region } = settings.aws
  const sqs = new SQSClient({ endpoint, region, credentials: localCredentials })
  const sources = Object.entries(settings.functions).flatMap(([name, worker]) => startSource(settings, sqs, { name, worker }))
  return {
    stop: async () => {
      await Promise.all(sources.map((source) => source.stop(stopPatienceMs)))
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
