import { LogFormatter, Logger, LogItem } from '@aws-lambda-powertools/logger'
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types'
import { Metrics } from '@aws-lambda-powertools/metrics'
import { type MetricName, metricNamespace, metrics } from './contract/metrics.ts'
import { readEnvironment } from './environment.ts'

/** Names the service in every log line and metric. */
export const serviceName = 'ticket-generator'

/** Writes log lines in the original specification's shape, "Logs structurés": what a call adds stands under `data`. */
class StructuredFormatter extends LogFormatter {
  formatAttributes(attributes: UnformattedAttributes, added: LogAttributes): LogItem {
    const { requestId, error, ...data } = added
    return new LogItem({
      attributes: {
        timestamp: attributes.timestamp.toISOString(),
        level: attributes.logLevel.toLowerCase(),
        service: attributes.serviceName,
        message: attributes.message,
        ...(requestId ? { requestId } : {}),
        ...(Object.keys(data).length > 0 ? { data } : {}),
        ...(error instanceof Error ? { error: describeError(error) } : {}),
      },
    })
  }
}

/** Keeps what tells where an error came from. Other fields stay out: a database error's detail can quote a guest's row. */
function describeError(error: Error): LogAttributes {
  const { name, message, stack, cause } = error
  return { name, message, stack, ...(cause instanceof Error ? { cause: describeError(cause) } : {}) }
}

const levels = { trace: 'TRACE', debug: 'DEBUG', info: 'INFO', warn: 'WARN', error: 'ERROR', silent: 'SILENT' } as const

/**
 * Writes structured log lines to standard output, at LOG_LEVEL and above. What goes into a line are ids, codes, sizes and times:
 * never a name, an address, a payload or a link.
 */
export const logger = new Logger({
  serviceName,
  logLevel: levels[readEnvironment(['LOG_LEVEL']).LOG_LEVEL],
  logFormatter: new StructuredFormatter(),
})

/**
 * Emits metrics that share their dimensions, as one document of CloudWatch's embedded metric format.
 * @param values By metric, a value for each thing measured: at most 100 each, CloudWatch's limit for a document.
 */
export function emitMetrics(values: [MetricName, number[]][], dimensions: Record<string, string> = {}): void {
  const document = new Metrics({ namespace: metricNamespace, serviceName, defaultDimensions: dimensions })
  for (const [name, measured] of values) for (const value of measured) document.addMetric(name, metrics[name].unit, value)
  if (document.hasStoredMetrics()) document.publishStoredMetrics()
}
