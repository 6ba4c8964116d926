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

// OpenTelemetry is loaded only if traces are on.
const spans =
  exporter === 'none'
    ? undefined
    : (await import('./spans.ts')).openSpans({
        exporter,
        region: place.AWS_REGION,
        isFrozenBetween: place.AWS_LAMBDA_FUNCTION_NAME !== undefined,
      })

const origins = new AsyncLocalStorage<Origin>()

/** Returns the origin of the current work, to pass on to the next function. */
export function currentOrigin(): Origin {
  const traceparent = spans?.currentParent()
  return { ...origins.getStore(), ...(traceparent ? { traceparent } : {}) }
}

/** Runs work on behalf of its origin: its log lines carry the request id, and with traces on it becomes a span. */
export async function traceWork<T>(name: string, setOffBy: Origin, work: () => Promise<T>): Promise<T> {
  return await origins.run(setOffBy, () => (spans ? spans.record(name, setOffBy.traceparent, work) : work()))
}

/** Runs an invocation on behalf of the origin that its event carries beside the request. */
export async function traceInvocation<T>(name: string, event: unknown, work: (request: unknown) => Promise<T>): Promise<T> {
  const { origin: told, ...request } = invocation.parse(event)
  return await traceWork(name, origin.parse(told), () => work(request))
}

const invocation = z.looseObject({ origin: z.unknown().optional() })

/** Handles a queue message on behalf of the origin that its attributes carry. */
export async function traceMessage(record: SQSRecord, work: () => Promise<void>): Promise<void> {
  const told = Object.entries(record.messageAttributes).map(([name, { stringValue }]) => [name, stringValue])
  await traceWork(`process ${record.eventSourceARN.split(':').at(-1)}`, origin.parse(Object.fromEntries(told)), work)
}

/** Adds attributes to the current span, if there is one. */
export function describeSpan(attributes: Record<string, string | number>): void {
  spans?.describe(attributes)
}

/** Sends the spans still buffered. */
export async function flushSpans(): Promise<void> {
  await spans?.flush()
}
