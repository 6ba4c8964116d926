import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { MetricsSink } from './metrics-file.ts'

const metricsStart = '{"_aws":'

/**
 * Passes on what a function writes, line by line, so that lines of several processes do not tear each other: metrics (CloudWatch's embedded
 * format) go where ops tools of this machine find them, and all else to standard output.
 */
export function passOnLines(output: Readable, metrics: MetricsSink): void {
  createInterface(output).on('line', (line) => {
    if (line.startsWith(metricsStart)) metrics.append(line)
    else process.stdout.write(`${line}\n`)
  })
}

/**
 * Takes the metrics out of what this process itself writes to its standard output: the functions behind the API run in it. What is written
 * otherwise passes.
 * @returns what ends it.
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
