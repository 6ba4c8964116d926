/** Names the CloudWatch namespace of all metrics. */
export const metricNamespace = 'TicketGenerator'

const perTemplate = ['template_id'] as const
const stage = (meaning: string) => ({
  unit: 'Seconds' as const,
  dimensions: perTemplate,
  meaning: `${meaning}; the mean of its tickets, a chunk.`,
})

/** Lists every metric the service emits, by name; the first two are the original specification's, "Métriques". */
export const metrics = {
  tickets_generated_total: {
    unit: 'Count',
    dimensions: ['template_id', 'status'],
    meaning: 'Tickets settled, by template and by status: generated or failed.',
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
  browser_restarts_total: { unit: 'Count', dimensions: [], meaning: 'Browsers replaced after a crash or hang.' },
} as const satisfies Record<string, { unit: 'Count' | 'Seconds' | 'Bytes'; dimensions: readonly string[]; meaning: string }>

/** Names one of the metrics. */
export type MetricName = keyof typeof metrics
