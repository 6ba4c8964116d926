import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { MetricsSink } from './metrics-file.ts'

const metricsStart = '{"_aws":'

/**
 * Forwards a function's output line by line, so that lines of several processes do not interleave. Metrics
 * (CloudWatch's embedded format) go to the sink, everything else to standard output.
 */
export function forwardLines(output: Readable, metrics: MetricsSink): void {
  createInterface(output).on('line', (line) => {
    if (line.startsWith(metricsStart)) metrics.append(line)
    else process.stdout.write(`${line}\n`)
  })
}

/**
 * Diverts metrics from this process's own standard output to the sink, because the functions behind the API
 * run in it.
 * @returns a function that undoes it.
 */
export function divertMetrics(metrics: MetricsSink): () => void {
  const { stdout } = process
  const write = stdout.write
  const pass = write.bind(stdout)
  stdout.write = (chunk: string | Uint8Array, ...rest: never[]) => {
    if (typeof chunk !== 'string' || !chunk.startsWith(metricsStart)) return pass(chunk, ...rest)
    metrics.append(chunk.trimEnd())
    return true
  }
  return () => {
    stdout.write = write
  }
}
