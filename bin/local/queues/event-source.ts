import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { SQSClient } from '@aws-sdk/client-sqs'
import type { WorkerFunction } from '../../../functions/contract/functions.ts'
import type { Outcome } from '../lambda/function-environment.ts'
import type { LambdaService } from '../lambda/lambda-service.ts'
import { type Aws, localCredentials } from './aws.ts'
import { QueuePoller } from './queue-poller.ts'

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

interface Source {
  stop(graceMs: number): unknown
}

const stopGraceMs = 3000
const firstDelaySeconds = 1

/**
 * Connects each function to its trigger: the render queues, the dead-letter queues or a schedule. `stop` starts
 * no more invocations; those of queues have 3 s to finish.
 */
export function startEventSources(settings: EventSourceSettings): { stop(): Promise<void> } {
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
      return [startSchedule(name, scheduleSeconds ?? trigger.everySeconds, { invoke, log })]
    case 'invoke':
    case 'deployment':
      return []
  }
}

interface Invoker {
  invoke(event: string): Promise<Outcome>
  log(line: string): void
}

/** Runs a function as EventBridge Scheduler does: a second after the start, then at the interval, one at a time. */
function startSchedule(name: string, everySeconds: number, { invoke, log }: Invoker): Source {
  const stopping = new AbortController()
  const { signal } = stopping
  const pause = (seconds: number) => delay(seconds * 1000, undefined, { signal }).catch(() => undefined)
  const runOnce = async () => {
    const event = { version: '0', id: randomUUID(), 'detail-type': 'Scheduled Event', source: 'aws.scheduler', detail: {} }
    const { failed, payload } = await invoke(JSON.stringify({ ...event, time: new Date().toISOString() })).catch(
      (error): Outcome => ({ failed: true, payload: String(error) }),
    )
    if (failed && !signal.aborted) log(`The scheduled function ${name} failed: ${payload}`)
  }
  const repeat = async () => {
    await pause(firstDelaySeconds)
    while (!signal.aborted) await Promise.all([runOnce(), pause(everySeconds)])
  }
  void repeat()
  return { stop: () => stopping.abort() }
}
