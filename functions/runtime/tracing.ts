import { AsyncLocalStorage } from 'node:async_hooks'
import type { SQSRecord } from 'aws-lambda'
import * as z from 'zod'
import { type Origin, origin } from '../contract/origin.ts'
import { readEnvironment } from './environment.ts'

const { OTEL_TRACES_EXPORTER: exporter, ...place } = readEnvironment([
  'OTEL_TRACES_EXPORTER',
  'AWS_REGION',
  'AWS_LAMBDA_FUNCTION_NAME',
])

// Without traces nothing of OpenTelemetry is loaded.
const spans =
  exporter === 'none'
    ? undefined
    : (await import('./spans.ts')).openSpans({
        exporter,
        region: place.AWS_REGION,
        isFrozenBetween: place.AWS_LAMBDA_FUNCTION_NAME !== undefined,
      })

const origins = new AsyncLocalStorage<Origin>()

/** Returns what set off the work that is under way, to be told to the next function. */
export function currentOrigin(): Origin {
  const traceparent = spans?.currentParent()
  return { ...origins.getStore(), ...(traceparent ? { traceparent } : {}) }
}

/** Does a piece of work as part of what set it off: its log lines have the request id, and where there are traces, it is a span. */
export async function traceWork<T>(name: string, setOffBy: Origin, work: () => Promise<T>): Promise<T> {
  return await origins.run(setOffBy, () => (spans ? spans.record(name, setOffBy.traceparent, work) : work()))
}

/** Does what a function is invoked for, as part of what set it off, which the event tells beside the request. */
export async function traceInvocation<T>(name: string, event: unknown, work: (request: unknown) => Promise<T>): Promise<T> {
  const { origin: told, ...request } = invocation.parse(event)
  return await traceWork(name, origin.parse(told), () => work(request))
}

const invocation = z.looseObject({ origin: z.unknown().optional() })

/** Handles a message of a queue as part of what set it off, which its attributes tell. */
export async function traceMessage(record: SQSRecord, work: () => Promise<void>): Promise<void> {
  const told = Object.entries(record.messageAttributes).map(([name, { stringValue }]) => [name, stringValue])
  await traceWork(`process ${record.eventSourceARN.split(':').at(-1)}`, origin.parse(Object.fromEntries(told)), work)
}

/** Adds facts to the span of the work that is under way, if there is one. */
export function describeSpan(attributes: Record<string, string | number>): void {
  spans?.describe(attributes)
}

/** Sends the spans that are still held back. */
export async function flushSpans(): Promise<void> {
  await spans?.flush()
}
