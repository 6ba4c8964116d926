/** The service's name in every log line and metric. */
export const serviceName = 'ticket-generator'

/** The default CloudWatch namespace of all metrics; stages that share an account need one each. */
export const metricNamespace = 'TicketGenerator'

/** A metric of the service. Each set of `dimensions` is a CloudWatch metric of its own. */
interface MetricDescription {
  unit: 'Count' | 'Seconds' | 'Bytes' | 'None'
  dimensions: readonly (readonly string[])[]
  meaning: string
  /** The lines of API Gateway's access log to count, as a CloudWatch Logs filter pattern; the service emits all other metrics. */
  accessLog?: string
}

const whole = [[]] as const
const perTemplate = [[], ['template_id']] as const
const stage = (meaning: string) => ({
  unit: 'Seconds' as const,
  dimensions: perTemplate,
  meaning: `${meaning}; the mean of its tickets, a chunk.`,
})

/** Every metric the service emits, by name; the first two are the original specification's, "Métriques". */
export const metrics = {
  tickets_generated_total: {
    unit: 'Count',
    dimensions: [['status'], ['template_id', 'status']],
    meaning: 'Tickets settled, by template and by status: generated or failed.',
  },
  ticket_warnings_total: {
    unit: 'Count',
    dimensions: [['code'], ['template_id', 'code']],
    meaning: 'Tickets printed with letters that no font has (MISSING_GLYPHS), or with text cut off (TEXT_CLIPPED).',
  },
  ticket_generation_duration_seconds: {
    unit: 'Seconds',
    dimensions: perTemplate,
    meaning: 'Time from reading the rows of a chunk to settling them, for each of its tickets.',
  },
  ticket_pdf_bytes: { unit: 'Bytes', dimensions: perTemplate, meaning: 'Size of each finished PDF.' },
  ticket_stage_load_seconds: stage('Reading rows and template'),
  ticket_stage_fill_seconds: stage('Filling the template and drawing the QR code'),
  ticket_stage_dom_seconds: stage('Building the document in the browser'),
  ticket_stage_print_seconds: stage('Printing it'),
  ticket_stage_split_seconds: stage('Splitting the print into files'),
  ticket_stage_store_seconds: stage('Storing the files'),
  ticket_stage_settle_seconds: stage('Settling the rows'),
  faults_total: {
    unit: 'Count',
    dimensions: [['code']],
    meaning: 'Requests, chunks and health checks that failed through our fault (5xx), by error code.',
  },
  browser_restarts_total: { unit: 'Count', dimensions: whole, meaning: 'Browsers replaced after a crash or hang.' },
  check_ins_total: {
    unit: 'Count',
    dimensions: [['outcome']],
    meaning: 'Guests at the doors, by outcome: admitted or refused. Offline scans count once they are uploaded.',
  },
  passes_told_total: {
    unit: 'Count',
    dimensions: [['outcome']],
    meaning: 'Changed wallet passes, by outcome: told, gone (the guest deleted it), or later (Apple or Google did not take it).',
  },
  batch_stall_seconds: {
    unit: 'Seconds',
    dimensions: whole,
    meaning: 'Time since the unfinished batch that has waited longest last settled a ticket; 0 without one.',
  },
  tickets_sent_again_total: {
    unit: 'Count',
    dimensions: whole,
    meaning: 'Tickets that the sweeper sent again, since their chunk was lost.',
  },
  notice_lag_seconds: {
    unit: 'Seconds',
    dimensions: whole,
    meaning: 'Age of the oldest notice at sending, the largest of five seconds.',
  },
  chunks_given_up_total: {
    unit: 'Count',
    dimensions: whole,
    meaning: 'Chunks that were received too often and settled as failed.',
  },
  requests_throttled_total: {
    unit: 'Count',
    dimensions: whole,
    meaning: 'Requests answered 429: above the throttle of their method, or with all environments of their function busy.',
    accessLog: '{ $.status = "429" }',
  },
  signing_key_age_days: {
    unit: 'None',
    dimensions: whole,
    meaning: 'Age of the key that signs; emitted hourly by each process that holds the keys.',
  },
} as const satisfies Record<string, MetricDescription>

/** The name of one of the metrics. */
export type MetricName = keyof typeof metrics

/** The name of a dimension of any metric. */
export type DimensionName = (typeof metrics)[MetricName]['dimensions'][number][number]
