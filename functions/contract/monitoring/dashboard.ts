import { errorCodes } from '../errors.ts'
import { routeFunctions } from '../route-functions.ts'
import type { AwsSeries } from './aws-metrics.ts'
import type { Series, ServiceSeries, Statistic } from './series.ts'

/** What the values of a widget count, a minute each. */
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
const latencies = percentiles.map((statistic) => api(statistic, 'Latency', statistic))
const generationTimes = percentiles.map((statistic) =>
  service(statistic, { metric: 'ticket_generation_duration_seconds', statistic }),
)
const printingFunctions = ['render-now', 'render-batch', 'render-trial'] as const
const ofRoutes = [...routeFunctions.keys()]
const quietFunctions = ['dead-letter', 'sweep', 'canary'] as const

const faultCodes = Object.entries(errorCodes).flatMap(([code, { status }]) => (status >= 500 ? [code] : []))

/**
 * The dashboard: rows of graphs, a value a minute. CloudWatch's dashboard (lib/dashboard.ts) and that of the
 * terminal (`tickets dashboard`) are both drawn from it.
 */
export const dashboard: readonly Section[] = [
  {
    title: 'Traffic',
    widgets: [
      { title: 'Requests', unit: 'count', series: [api('requests', 'Count', 'Sum')] },
      {
        title: 'Errors',
        unit: 'count',
        series: [
          api('refused (4xx)', '4XXError', 'Sum'),
          service('throttled (429)', { metric: 'requests_throttled_total', statistic: 'Sum' }),
          api('failed (5xx)', '5XXError', 'Sum'),
        ],
      },
      {
        title: 'Faults by code',
        unit: 'count',
        series: faultCodes.map((code) => service(code, { metric: 'faults_total', only: { code }, statistic: 'Sum' })),
      },
      { title: 'Time to answer', unit: 'milliseconds', series: latencies },
      {
        title: 'Guests at the doors',
        unit: 'count',
        series: (['admitted', 'refused'] as const).map((outcome) =>
          service(outcome, { metric: 'check_ins_total', only: { outcome }, statistic: 'Sum' }),
        ),
      },
    ],
  },
  {
    title: 'Tickets',
    widgets: [
      {
        title: 'Tickets a minute',
        unit: 'count',
        series: (['generated', 'failed'] as const).map((status) =>
          service(status, { metric: 'tickets_generated_total', only: { status }, statistic: 'Sum' }),
        ),
      },
      { title: 'Generation time', unit: 'seconds', series: generationTimes },
      {
        title: 'Where a ticket spends it',
        unit: 'seconds',
        series: (['load', 'fill', 'dom', 'print', 'split', 'store', 'settle'] as const).map((stage) =>
          service(stage, { metric: `ticket_stage_${stage}_seconds`, statistic: 'Average' }),
        ),
      },
      { title: 'Size of a PDF', unit: 'bytes', series: [service('p50', size('p50')), service('p99', size('p99'))] },
    ],
  },
  {
    title: 'Batches',
    widgets: [
      { title: 'Chunks waiting', unit: 'count', series: queues('ApproximateNumberOfMessagesVisible') },
      { title: 'Age of the oldest chunk', unit: 'seconds', series: queues('ApproximateAgeOfOldestMessage') },
      {
        title: 'Chunks given up',
        unit: 'count',
        series: [service('settled as failed', { metric: 'chunks_given_up_total', statistic: 'Sum' }), ...deadLetters()],
      },
      {
        title: 'Longest without progress',
        unit: 'seconds',
        series: [service('unfinished batch', { metric: 'batch_stall_seconds', statistic: 'Maximum' })],
      },
      {
        title: 'Age of the oldest notice',
        unit: 'seconds',
        series: [service('unsent', { metric: 'notice_lag_seconds', statistic: 'Maximum' })],
      },
      {
        title: 'Tickets sent again',
        unit: 'count',
        series: [service('by the sweeper', { metric: 'tickets_sent_again_total', statistic: 'Sum' })],
      },
    ],
  },
  {
    title: 'Functions',
    widgets: [
      { title: 'Running at once', unit: 'count', series: lambdas('ConcurrentExecutions', 'Maximum') },
      { title: 'Duration, p95', unit: 'milliseconds', series: lambdas('Duration', 'p95') },
      { title: 'Errors', unit: 'count', series: lambdas('Errors', 'Sum') },
      { title: 'Throttled', unit: 'count', series: lambdas('Throttles', 'Sum', printingFunctions) },
      { title: 'Running at once, routes', unit: 'count', series: lambdas('ConcurrentExecutions', 'Maximum', ofRoutes) },
      { title: 'Throttled, routes', unit: 'count', series: lambdas('Throttles', 'Sum', ofRoutes) },
      {
        title: 'Browsers replaced',
        unit: 'count',
        series: [service('after a crash or hang', { metric: 'browser_restarts_total', statistic: 'Sum' })],
      },
    ],
  },
  {
    title: 'Database and keys',
    widgets: [
      { title: 'Connections', unit: 'count', series: [database('connections', 'DatabaseConnections', 'Maximum')] },
      { title: 'Free memory', unit: 'bytes', series: [database('free', 'FreeableMemory', 'Minimum')] },
      { title: 'Processor', unit: 'percent', series: [database('busy', 'CPUUtilization', 'Average')] },
      { title: 'Free storage', unit: 'bytes', series: [database('free', 'FreeStorageSpace', 'Minimum')] },
      {
        title: 'Age of the signing key',
        unit: 'days',
        series: [service('the key that signs', { metric: 'signing_key_age_days', statistic: 'Maximum' })],
      },
    ],
  },
]

function service(label: string, series: Omit<ServiceSeries, 'label'>): Series {
  return { label, ...series }
}

function size(statistic: Statistic): Omit<ServiceSeries, 'label'> {
  return { metric: 'ticket_pdf_bytes', statistic }
}

function api(label: string, metric: Extract<AwsSeries, { namespace: 'AWS/ApiGateway' }>['metric'], statistic: Statistic): Series {
  return { label, namespace: 'AWS/ApiGateway', metric, statistic }
}

function queues(metric: Extract<AwsSeries, { namespace: 'AWS/SQS' }>['metric']): Series[] {
  const order = ['high', 'normal'] as const
  return order.map((queue) => ({ label: queue, namespace: 'AWS/SQS', metric, queue, statistic: 'Maximum' }))
}

function deadLetters(): Series[] {
  const waiting = { namespace: 'AWS/SQS', metric: 'ApproximateNumberOfMessagesVisible', isDeadLetter: true } as const
  const order = ['high', 'normal'] as const
  return order.map((queue) => ({ label: `waiting, ${queue}`, ...waiting, queue, statistic: 'Maximum' }))
}

type LambdaSeries = Extract<AwsSeries, { namespace: 'AWS/Lambda' }>

function lambdas(
  metric: LambdaSeries['metric'],
  statistic: Statistic,
  functions: readonly LambdaSeries['function'][] = [...printingFunctions, ...quietFunctions],
): Series[] {
  return functions.map((name) => ({ label: name, namespace: 'AWS/Lambda', metric, function: name, statistic }))
}

function database(label: string, metric: Extract<AwsSeries, { namespace: 'AWS/RDS' }>['metric'], statistic: Statistic): Series {
  return { label, namespace: 'AWS/RDS', metric, statistic }
}
