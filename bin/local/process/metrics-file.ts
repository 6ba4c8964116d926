import { appendFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Is the size at which a new file is begun. Two are kept: some hours of work, or three hundred thousand tickets. */
const mostBytes = 16 * 1024 * 1024

/** Names the files of a state folder that hold metrics, the older first. Each has a document of CloudWatch's embedded format a line. */
export function metricsFilesOf(stateFolder: string): { older: string; newer: string } {
  return { older: join(stateFolder, 'metrics.1.jsonl'), newer: join(stateFolder, 'metrics.jsonl') }
}

/** Is what takes the metrics of functions, and of what stands in for AWS. */
export interface MetricsSink {
  /** Takes a document as a function has written it. */
  append(line: string): void
  /** Takes metrics of an AWS service, under one set of dimensions. */
  record(namespace: string, dimensions: Record<string, string>, values: Record<string, number>): void
}

/** Keeps metrics in a state folder, in the order in which they come. A file that is full takes the place of the one before it. */
export function openMetricsFile(stateFolder: string, fullAtBytes = mostBytes): MetricsSink & { written(): Promise<void> } {
  const { older, newer } = metricsFilesOf(stateFolder)
  let bytes: number | undefined
  const write = async (line: string) => {
    bytes ??= await sizeOf(newer)
    if (bytes >= fullAtBytes) {
      await rename(newer, older)
      bytes = 0
    }
    await appendFile(newer, `${line}\n`)
    bytes += Buffer.byteLength(line) + 1
  }
  // One write after the other keeps the metrics in order; a disk that is full must not stop the service.
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
