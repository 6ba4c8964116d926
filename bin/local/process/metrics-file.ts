import { appendFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { printable } from '../../tickets/terminal.ts'

/** Size at which files rotate. Two are kept: some hours of work, or 300,000 tickets. */
const defaultMaximumBytes = 16 * 1024 * 1024

/** Names the metrics files of a state folder. Each line is a document in CloudWatch's embedded format. */
export function metricsFilesOf(stateFolder: string): { older: string; newer: string } {
  return { older: join(stateFolder, 'metrics.1.jsonl'), newer: join(stateFolder, 'metrics.jsonl') }
}

/** A receiver of metrics of functions and of the local AWS services. */
export interface MetricsSink {
  /** Appends a document as a function wrote it. */
  append(line: string): void
  /** Records metrics of an AWS service under one set of dimensions. */
  record(namespace: string, dimensions: Record<string, string>, values: Record<string, number>): void
}

/** Opens the metrics files of a state folder. Metrics keep their order; a full file replaces the older one. */
export function openMetricsFile(
  stateFolder: string,
  maximumBytes = defaultMaximumBytes,
): MetricsSink & { written(): Promise<void> } {
  const { older, newer } = metricsFilesOf(stateFolder)
  let bytes: number | undefined
  const write = async (line: string) => {
    bytes ??= await sizeOf(newer)
    if (bytes >= maximumBytes) {
      await rename(newer, older)
      bytes = 0
    }
    await appendFile(newer, `${line}\n`)
    bytes += Buffer.byteLength(line) + 1
  }
  // Sequential writes keep the order. A full disk must not stop the service.
  let writing = Promise.resolve()
  const append = (line: string) => {
    writing = writing.then(() => write(line)).catch(() => undefined)
  }
  return {
    append,
    record: (namespace, dimensions, values) => {
      const metrics = Object.keys(values).map((name) => ({ Name: name }))
      const directive = { Namespace: namespace, Dimensions: [Object.keys(dimensions)], Metrics: metrics }
      append(JSON.stringify({ _aws: { Timestamp: Date.now(), CloudWatchMetrics: [directive] }, ...dimensions, ...values }))
    },
    written: () => writing,
  }
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.size ?? 0
}

const metricsStart = '{"_aws":'

/**
 * Forwards a function's output line by line, so that lines of several processes do not interleave, to this
 * process's own standard output (see `divertOutput`).
 */
export function forwardLines(output: Readable): void {
  createInterface(output).on('line', (line) => process.stdout.write(`${line.startsWith('{"') ? line : printable(line)}\n`))
}

/**
 * Diverts what the functions write to this process's standard output, since those behind the API run in it:
 * metrics (CloudWatch's embedded format) go to the sink, and log lines are formatted.
 * @returns a function that undoes it.
 */
export function divertOutput(metrics: MetricsSink, format: (line: string) => string): () => void {
  const { stdout } = process
  const write = stdout.write
  const pass = write.bind(stdout)
  stdout.write = (chunk: string | Uint8Array, ...rest: never[]) => {
    if (typeof chunk !== 'string' || !chunk.startsWith('{"')) return pass(chunk, ...rest)
    if (!chunk.startsWith(metricsStart)) return pass(format(chunk.trimEnd()), ...rest)
    metrics.append(chunk.trimEnd())
    return true
  }
  return () => {
    stdout.write = write
  }
}
