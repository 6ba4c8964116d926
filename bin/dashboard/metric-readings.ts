import { open } from 'node:fs/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import * as z from 'zod'
import { isAwsSeries, type Series, type Statistic } from '../../functions/contract/monitoring/series.ts'
import { renderQueues } from '../../functions/contract/queues.ts'
import { metricsFilesOf } from '../local/process/metrics-file.ts'

/** A document of CloudWatch's embedded metric format. CloudWatch, "Specification: Embedded metric format". */
const document = z.looseObject({
  _aws: z.object({
    Timestamp: z.number(),
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string() })),
      }),
    ),
  }),
})
const measured = z.union([z.number().transform((value) => [value]), z.array(z.number())])

/** A measurement of a metric. `sets` are its dimension sets, `dimensions` their values. */
interface Point {
  at: number
  namespace: string
  sets: string[]
  dimensions: Record<string, unknown>
  measured: number[]
}

const minuteMs = 60_000
const retentionMs = 120 * minuteMs
const linesPerTurn = 500

/** Reads the metrics of a local stack of the last two hours, and computes statistics as CloudWatch would. */
export class MetricReadings {
  readonly #files: readonly string[]
  readonly #offsets = new Map<string, number>()
  readonly #points = new Map<string, Point[]>()
  #refreshing: Promise<void> | undefined

  constructor(stateFolder: string) {
    const { older, newer } = metricsFilesOf(stateFolder)
    this.#files = [older, newer]
  }

  /** Reads the metrics written since the last call; concurrent calls share one reading. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#read().finally(() => {
      this.#refreshing = undefined
    })
    return this.#refreshing
  }

  async #read(): Promise<void> {
    for (const file of this.#files) await this.#readNewLines(file)
    const oldest = Date.now() - retentionMs
    for (const [name, points] of this.#points)
      this.#points.set(
        name,
        points.filter(({ at }) => at >= oldest),
      )
  }

  /** Computes the statistic of a series between two times; undefined without a measurement. */
  value(series: Series, from: number, until: number): number | undefined {
    const points = this.#points.get(series.metric) ?? []
    const own = points.filter((point) => point.at >= from && point.at < until && belongsTo(point, series))
    return combine(own, series.statistic)
  }

  /** Computes the statistic of a series for each of the last minutes, the oldest first. */
  history(series: Series, until: number, minutes: number): (number | undefined)[] {
    const own = (this.#points.get(series.metric) ?? []).filter((point) => belongsTo(point, series))
    const byMinute = Map.groupBy(own, ({ at }) => Math.floor((until - 1 - at) / minuteMs))
    return Array.from({ length: minutes }, (_, index) => combine(byMinute.get(minutes - 1 - index) ?? [], series.statistic))
  }

  /**
   * Reads the new lines of a file. Inode and birth time identify it, so that a rotated file is not read
   * again; an inode alone may be reused.
   */
  async #readNewLines(file: string): Promise<void> {
    const handle = await open(file).catch(() => undefined)
    if (!handle) return
    try {
      const { ino, birthtimeNs, size } = await handle.stat({ bigint: true })
      const id = `${ino} ${birthtimeNs}`
      const from = this.#offsets.get(id) ?? 0
      const { buffer } = await handle.read(Buffer.alloc(Math.max(0, Number(size) - from)), 0, undefined, from)
      // The last line may be incomplete.
      const end = buffer.lastIndexOf('\n') + 1
      this.#offsets.set(id, from + end)
      for (const [index, line] of buffer.toString('utf8', 0, end).split('\n').entries()) {
        // On first use the local server reads hours of metrics, and must keep answering calls.
        if (index % linesPerTurn === 0) await nextTurn()
        this.#addDocument(line)
      }
    } finally {
      await handle.close()
    }
  }

  #addDocument(line: string): void {
    const parsed = document.safeParse(parseJson(line))
    if (!parsed.success) return
    const { _aws: head, ...dimensions } = parsed.data
    for (const { Namespace: namespace, Dimensions, Metrics } of head.CloudWatchMetrics)
      for (const { Name } of Metrics) {
        const values = measured.safeParse(dimensions[Name]).data ?? []
        const points = this.#points.get(Name) ?? []
        points.push({ at: head.Timestamp, namespace, sets: Dimensions.map(keyOf), dimensions, measured: values })
        this.#points.set(Name, points)
      }
  }
}

function belongsTo(point: Point, series: Series): boolean {
  if (isAwsSeries(series)) return point.namespace === series.namespace && belongsToResource(point, series)
  const only = Object.entries(series.only ?? {})
  return (
    point.sets.includes(keyOf(['service', ...only.map(([name]) => name)])) &&
    only.every(([name, value]) => point.dimensions[name] === value)
  )
}

function belongsToResource({ dimensions }: Point, series: Extract<Series, { namespace: string }>): boolean {
  if (series.namespace === 'AWS/Lambda') return dimensions.FunctionName === series.function
  if (series.namespace !== 'AWS/SQS') return true
  const { name, deadLetterName } = renderQueues[series.queue]
  return dimensions.QueueName === (series.isDeadLetter ? deadLetterName : name)
}

function keyOf(names: readonly string[]): string {
  return names.toSorted().join()
}

function combine(points: readonly Point[], statistic: Statistic): number | undefined {
  return statisticOf(
    statistic,
    points.flatMap((point) => point.measured),
  )
}

/** Computes a statistic; percentiles use the nearest rank. */
function statisticOf(statistic: Statistic, values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined
  const total = values.reduce((sum, value) => sum + value, 0)
  const inOrder = values.toSorted((one, other) => one - other)
  const rank = (share: number) => inOrder[Math.max(0, Math.ceil(share * inOrder.length) - 1)]
  const statistics = {
    Sum: total,
    Average: total / values.length,
    Maximum: inOrder.at(-1),
    Minimum: inOrder[0],
    p50: rank(0.5),
    p95: rank(0.95),
    p99: rank(0.99),
  }
  return statistics[statistic]
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
