import { createServer } from 'node:http'
import { Counter, Histogram, Registry } from 'prom-client'
import * as z from 'zod'
import { metrics as described } from '../../../functions/contract/monitoring/metrics.ts'
import { closeServer, listen } from '../http/http-server.ts'
import type { MetricsSink } from './metrics-file.ts'

/** A metrics server for Prometheus, and the sink that feeds it. */
export interface Prometheus {
  url: string
  metrics: MetricsSink
  stop(): Promise<void>
}

/**
 * Counts the metrics that pass through a sink, and serves them at /metrics in Prometheus's text format.
 * @throws StartFailure when the port is taken.
 */
export async function startPrometheus(sink: MetricsSink, host: string, port: number): Promise<Prometheus> {
  const register = new Registry()
  const count = countBy(register)
  const server = createServer(async ({ method, url }, response) => {
    if (url?.split('?')[0] !== '/metrics') return void response.writeHead(404).end()
    if (method !== 'GET' && method !== 'HEAD') return void response.writeHead(405, { allow: 'GET, HEAD' }).end()
    response.setHeader('content-type', register.contentType).end(await register.metrics())
  })
  const taken = await listen(server, { host, port })
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}/metrics`,
    stop: () => closeServer(server, 0),
    metrics: {
      ...sink,
      append: (line) => {
        sink.append(line)
        count(line)
      },
    },
  }
}

const measured = z.union([z.number().transform((value) => [value]), z.array(z.number())])

/** Creates the metrics of the original specification, "Métriques", and returns a function that counts a CloudWatch document. */
function countBy(registers: Registry): (line: string) => void {
  const tickets = 'tickets_generated_total'
  const seconds = 'ticket_generation_duration_seconds'
  const labelNames = ['event_id', 'template_id', 'status'] as const
  const counter = new Counter({ name: tickets, help: described[tickets].meaning, labelNames, registers: [registers] })
  const buckets = [0.5, 1, 2, 5, 10, 30]
  const histogram = new Histogram({ name: seconds, help: described[seconds].meaning, buckets, registers: [registers] })
  return (line) => {
    if (!line.includes(tickets) && !line.includes(seconds)) return
    const document: Record<string, unknown> = z.record(z.string(), z.unknown()).parse(JSON.parse(line))
    const valuesOf = (name: string) => measured.safeParse(document[name]).data ?? []
    const labels = Object.fromEntries(labelNames.map((name) => [name, String(document[name] ?? '')]))
    for (const value of valuesOf(tickets)) counter.inc(labels, value)
    for (const value of valuesOf(seconds)) histogram.observe(value)
  }
}
