import { errorCodes } from '../errors.ts'
import { workers } from '../functions.ts'
import { routeFunctions } from '../route-functions.ts'
import type { MetricName } from './metrics.ts'
import {
  countOf,
  type MetricOf,
  ofApi,
  ofDatabase,
  ofDeadLetters,
  ofFunction,
  ofQueue,
  type Series,
  type Statistic,
} from './series.ts'

/** The unit of a widget's values. */
export type WidgetUnit = 'count' | 'seconds' | 'milliseconds' | 'bytes' | 'percent' | 'days'

/** One graph: some series that share an axis. */
export interface Widget {
  title: string
  unit: WidgetUnit
  series: readonly Series[]
}

/** A row of graphs that belong together. */
export interface Section {
  title: string
  widgets: readonly Widget[]
}

const percentiles = ['p50', 'p95', 'p99'] as const
const printingFunctions = ['render-now', 'render-batch', 'render-trial']
const watchedWorkers = [...printingFunctions, 'dead-letter', 'sweep', 'canary']
const ofRoutes = [...routeFunctions.keys()]
const stages = ['load', 'fill', 'dom', 'print', 'split', 'store', 'settle'] as const

const faultCodes = Object.entries(errorCodes).flatMap(([code, { status }]) => (status >= 500 ? [code] : []))

/**
 * The dashboard: rows of graphs, one value a minute. Both CloudWatch's (lib/dashboard.ts) and the one in the
 * terminal (`tickets dashboard`) are drawn from it.
 */
export const dashboard: readonly Section[] = [
  {
    title: 'Traffic',
    widgets: [
      widget('Requests', 'count', [ofApi('requests', 'Count')]),
      widget('Errors', 'count', [
        ofApi('refused (4xx)', '4XXError'),
        service('throttled (429)', 'requests_throttled_total'),
        ofApi('failed (5xx)', '5XXError'),
      ]),
      widget(
        'Faults by code',
        'count',
        faultCodes.map((code) => countOf('faults_total', 'code', code)),
      ),
      widget(
        'Time to answer',
        'milliseconds',
        percentiles.map((statistic) => ofApi(statistic, 'Latency', statistic)),
      ),
      widget(
        'Guests at the doors',
        'count',
        ['admitted', 'refused'].map((outcome) => countOf('check_ins_total', 'outcome', outcome)),
      ),
    ],
  },
  {
    title: 'Tickets',
    widgets: [
      widget(
        'Tickets a minute',
        'count',
        ['generated', 'failed'].map((status) => countOf('tickets_generated_total', 'status', status)),
      ),
      widget(
        'Generation time',
        'seconds',
        percentiles.map((statistic) => service(statistic, 'ticket_generation_duration_seconds', statistic)),
      ),
      widget(
        'Time by stage',
        'seconds',
        stages.map((stage) => service(stage, `ticket_stage_${stage}_seconds`, 'Average')),
      ),
      widget(
        'Size of a PDF',
        'bytes',
        (['p50', 'p99'] as const).map((statistic) => service(statistic, 'ticket_pdf_bytes', statistic)),
      ),
    ],
  },
  {
    title: 'Batches',
    widgets: [
      widget('Chunks waiting', 'count', queues('ApproximateNumberOfMessagesVisible')),
      widget('Age of the oldest chunk', 'seconds', queues('ApproximateAgeOfOldestMessage')),
      widget('Chunks given up', 'count', [
        service('settled as failed', 'chunks_given_up_total'),
        ofDeadLetters('high'),
        ofDeadLetters('normal'),
      ]),
      widget('Longest without progress', 'seconds', [service('unfinished batch', 'batch_stall_seconds', 'Maximum')]),
      widget('Age of the oldest notice', 'seconds', [service('unsent', 'notice_lag_seconds', 'Maximum')]),
      widget('Tickets sent again', 'count', [service('by the sweeper', 'tickets_sent_again_total')]),
    ],
  },
  {
    title: 'Functions',
    widgets: [
      widget('Concurrent runs', 'count', lambdas('ConcurrentExecutions', 'Maximum')),
      widget('Duration, p95', 'milliseconds', lambdas('Duration', 'p95')),
      widget('Worker errors', 'count', lambdas('Errors', 'Sum', Object.keys(workers))),
      widget('Throttled', 'count', lambdas('Throttles', 'Sum', printingFunctions)),
      widget('Concurrent runs, routes', 'count', lambdas('ConcurrentExecutions', 'Maximum', ofRoutes)),
      widget('Throttled, routes', 'count', lambdas('Throttles', 'Sum', ofRoutes)),
      widget('Browsers replaced', 'count', [service('after a crash or hang', 'browser_restarts_total')]),
    ],
  },
  {
    title: 'Database and keys',
    widgets: [
      widget('Connections', 'count', [ofDatabase('connections', 'DatabaseConnections', 'Maximum')]),
      widget('Free memory', 'bytes', [ofDatabase('free', 'FreeableMemory', 'Minimum')]),
      widget('Processor', 'percent', [ofDatabase('busy', 'CPUUtilization', 'Average')]),
      widget('Free storage', 'bytes', [ofDatabase('free', 'FreeStorageSpace', 'Minimum')]),
      widget('Age of the signing key', 'days', [service('the key that signs', 'signing_key_age_days', 'Maximum')]),
    ],
  },
]

function widget(title: string, unit: WidgetUnit, series: readonly Series[]): Widget {
  return { title, unit, series }
}

function service(label: string, metric: MetricName, statistic: Statistic = 'Sum'): Series {
  return { label, metric, statistic }
}

function queues(metric: MetricOf<'AWS/SQS'>): Series[] {
  return [ofQueue('high', metric), ofQueue('normal', metric)]
}

function lambdas(metric: MetricOf<'AWS/Lambda'>, statistic: Statistic, names = watchedWorkers): Series[] {
  return names.map((name) => ofFunction(name, metric, statistic))
}
