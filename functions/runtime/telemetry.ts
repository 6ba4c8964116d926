import { LogFormatter, Logger, LogItem } from '@aws-lambda-powertools/logger'
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types'
import { Metrics } from '@aws-lambda-powertools/metrics'
import { type DimensionName, type MetricName, metrics, serviceName } from '../contract/monitoring/metrics.ts'
import type { TicketGenerationError } from '../errors.ts'
import { readEnvironment } from './environment.ts'
import { currentOrigin } from './tracing.ts'

/** Formats log lines as in the original specification, "Logs structurés", with the fields of a call under `data`. */
class StructuredFormatter extends LogFormatter {
  formatAttributes(attributes: UnformattedAttributes, added: LogAttributes): LogItem {
    const { requestId = currentOrigin().requestId, error, ...data } = added
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

/** Describes an error and its causes, without other fields: a database error can quote a guest's row. */
function describeError(error: Error): LogAttributes {
  const { name, message, stack, cause } = error
  return { name, message, stack, ...(cause instanceof Error ? { cause: describeError(cause) } : {}) }
}

const levels = { trace: 'TRACE', debug: 'DEBUG', info: 'INFO', warn: 'WARN', error: 'ERROR', silent: 'SILENT' } as const

/**
 * Writes structured log lines to standard output. A line holds ids, codes, sizes and times: never a name, an
 * address, a payload or a link.
 */
export const logger = new Logger({
  serviceName,
  logLevel: levels[readEnvironment(['LOG_LEVEL']).LOG_LEVEL],
  logFormatter: new StructuredFormatter(),
})

type DimensionSets = readonly (readonly DimensionName[])[]

const namespace = readEnvironment(['METRICS_NAMESPACE']).METRICS_NAMESPACE

/**
 * Emits metrics in CloudWatch's embedded metric format, one document per group with the same dimensions.
 * @param values By metric, a value for each measurement: at most 100, CloudWatch's limit for a document.
 * @param labels The dimensions. The event becomes a property: as a dimension, each event would be a metric of its own.
 */
export function emitMetrics(
  values: [MetricName, number[]][],
  labels: Partial<Record<DimensionName | 'event_id', string>> = {},
): void {
  const { event_id: eventId, ...dimensions } = labels
  const pick = (names: readonly DimensionName[]) => Object.fromEntries(names.map((name) => [name, dimensions[name] ?? '']))
  for (const [sets, group] of Map.groupBy(values, ([name]): DimensionSets => metrics[name].dimensions)) {
    // Powertools warns of a dimension in several sets, so the common ones are set once.
    const common = (sets[0] ?? []).filter((name) => sets.every((names) => names.includes(name)))
    const document = new Metrics({ namespace, serviceName, defaultDimensions: pick(common) })
    for (const names of sets) document.addDimensions(pick(names.filter((name) => !common.includes(name))))
    if (eventId) document.addMetadata('event_id', eventId)
    for (const [name, measured] of group) for (const value of measured) document.addMetric(name, metrics[name].unit, value)
    if (document.hasStoredMetrics()) document.publishStoredMetrics()
  }
}

/** Logs a fault of the service with its cause, and counts it by its code. */
export function reportFault({ code, message }: TicketGenerationError, error: unknown, ids: Record<string, string> = {}): void {
  logger.error(message, { ...ids, code, error: error instanceof Error ? error : new Error(String(error)) })
  emitMetrics([['faults_total', [1]]], { code })
}
