import { subscribe } from 'node:diagnostics_channel'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { context, propagation, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, NodeTracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace-node'
import { makeRequestSigner } from '../aws/request-signer.ts'
import { serviceName } from '../contract/monitoring/metrics.ts'
import { statementChannel } from '../database/statement-channel.ts'

/** Where spans go, and whether the process is frozen between requests. */
interface Settings {
  exporter: 'otlp' | 'xray'
  region: string
  isFrozenBetween: boolean
}

/**
 * Opens OpenTelemetry, whose SDK reads OTEL_* variables itself. SQL statements and HTTP calls made during traced work
 * become child spans.
 */
export function openSpans({ exporter, region, isFrozenBetween }: Settings) {
  const named = resourceFromAttributes({ 'service.name': serviceName })
  const provider = new NodeTracerProvider({
    resource: defaultResource()
      .merge(named)
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(exporter === 'xray' ? xrayExporter(region) : new OTLPTraceExporter())],
  })
  provider.register()
  // The local server ends a function by disconnecting.
  process.once('disconnect', () => void provider.shutdown())
  const tracer = provider.getTracer(serviceName)
  recordStatements((name) => tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes: { 'db.system.name': 'postgresql' } }))
  recordHttpCalls((name, attributes) => tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes }))
  return {
    async record<T>(name: string, traceparent: string | undefined, work: () => Promise<T>): Promise<T> {
      const parent = propagation.extract(context.active(), traceparent ? { traceparent } : {})
      const kind = name.startsWith('process ') ? SpanKind.CONSUMER : SpanKind.SERVER
      try {
        return await tracer.startActiveSpan(name, { kind }, parent, async (span) => {
          try {
            return await work()
          } catch (error) {
            fail(span, error)
            throw error
          } finally {
            span.end()
          }
        })
      } finally {
        // A lost trace must not fail the work.
        if (isFrozenBetween) await provider.forceFlush().catch(() => undefined)
      }
    },
    currentParent(): string | undefined {
      const carrier: { traceparent?: string } = {}
      propagation.inject(context.active(), carrier)
      return carrier.traceparent
    },
    describe: (attributes: Record<string, string | number>) => void trace.getActiveSpan()?.setAttributes(attributes),
    flush: () => provider.forceFlush().catch(() => undefined),
  }
}

/** Marks a span as failed, with only the name of the error: messages of PostgreSQL quote rows. */
function fail(span: Span, error: unknown): void {
  const name = error instanceof Error ? error.name : 'Error'
  span.setAttribute('error.type', name).setStatus({ code: SpanStatusCode.ERROR })
}

function recordStatements(start: (name: string) => Span): void {
  subscribe(statementChannel.name, (message) => {
    if (!trace.getActiveSpan() || !isStatement(message)) return
    const span = start(message.name)
    message.done.then(
      () => span.end(),
      (error) => {
        fail(span, error)
        span.end()
      },
    )
  })
}

function isStatement(message: unknown): message is { name: string; done: Promise<unknown> } {
  return typeof message === 'object' && message !== null && 'done' in message
}

/**
 * Records HTTP calls, those of the AWS SDK included, from Node's own channels.
 * Source: Node.js, "Diagnostics Channel", Built-in channels.
 */
function recordHttpCalls(start: (name: string, attributes: Record<string, string>) => Span): void {
  const open = new WeakMap<object, Span>()
  const on = (event: string, handle: (call: HttpCall) => void) =>
    subscribe(`http.client.${event}`, (message) => {
      if (isHttpCall(message)) handle(message)
    })
  on('request.created', ({ request }) => {
    if (!trace.getActiveSpan()) return
    const { method, host, path } = request
    // Without the query, which may hold signatures.
    const attributes = { 'http.request.method': method, 'server.address': host, 'url.path': path.split('?')[0] ?? '' }
    open.set(request, start(`${method} ${host}`, attributes))
  })
  on('request.error', ({ request, error }) => {
    const span = open.get(request)
    if (!span) return
    fail(span, error)
    span.end()
  })
  on('response.finish', ({ request, response }) => {
    const status = response?.statusCode ?? 0
    open.get(request)?.setAttribute('http.response.status_code', status).end()
  })
}

type HttpCall = { request: ClientRequest; response?: IncomingMessage; error?: unknown }

function isHttpCall(message: unknown): message is HttpCall {
  return typeof message === 'object' && message !== null && 'request' in message
}

/** Sends spans to X-Ray, signed by the function's role. Source: Amazon CloudWatch, "OTLP endpoints". */
function xrayExporter(region: string): SpanExporter {
  const address = `https://xray.${region}.amazonaws.com/v1/traces`
  const sign = makeRequestSigner(region, 'xray')
  const send = async (body: Uint8Array<ArrayBuffer>) => {
    const type = { 'content-type': 'application/x-protobuf' }
    const headers = await sign({ method: 'POST', address, headers: type, body })
    const { ok, status } = await fetch(address, { method: 'POST', headers, body, signal: AbortSignal.timeout(3000) })
    if (!ok) throw new Error(`X-Ray answered ${status}.`)
  }
  return {
    export: (spans, done) => {
      send(new Uint8Array(ProtobufTraceSerializer.serializeRequest(spans) ?? [])).then(
        () => done({ code: 0 }),
        (error) => done({ code: 1, error }),
      )
    },
    shutdown: async () => undefined,
  }
}
