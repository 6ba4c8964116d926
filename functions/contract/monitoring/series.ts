import type { Priority } from '../queues.ts'
import { type AwsNamespace, type AwsSeries, awsMetrics } from './aws-metrics.ts'
import type { DimensionName, MetricName } from './metrics.ts'

/** How the values of a period become one: CloudWatch's statistics. */
export type Statistic = 'Sum' | 'Average' | 'Maximum' | 'Minimum' | 'p50' | 'p95' | 'p99'

/** A metric of the service over time. `only` gives the values of its dimensions. */
export interface ServiceSeries {
  label: string
  metric: MetricName
  only?: Partial<Record<DimensionName, string>>
  statistic: Statistic
}

/** What dashboards draw and alarms watch: a metric of the service, or of an AWS service that it uses. */
export type Series = ServiceSeries | ({ label: string; statistic: Statistic } & AwsSeries)

/** The name of a metric of an AWS service. */
export type MetricOf<Namespace extends AwsNamespace> = Extract<AwsSeries, { namespace: Namespace }>['metric']

/** Returns whether a series is one of an AWS service. */
export function isAwsSeries(series: Series): series is Extract<Series, { namespace: AwsNamespace }> {
  return 'namespace' in series && series.namespace in awsMetrics
}

/** Counts what a metric has for one value of a dimension, which labels the series. */
export function countOf(metric: MetricName, dimension: DimensionName, value: string): Series {
  return { label: value, metric, only: { [dimension]: value }, statistic: 'Sum' }
}

/** Reads a metric of API Gateway. */
export function ofApi(label: string, metric: MetricOf<'AWS/ApiGateway'>, statistic: Statistic = 'Sum'): Series {
  return { label, namespace: 'AWS/ApiGateway', metric, statistic }
}

/** Reads a metric of a Lambda function. */
export function ofFunction(name: string, metric: MetricOf<'AWS/Lambda'>, statistic: Statistic = 'Sum'): Series {
  return { label: name, namespace: 'AWS/Lambda', metric, function: name, statistic }
}

/** Reads a metric of the database. */
export function ofDatabase(label: string, metric: MetricOf<'AWS/RDS'>, statistic: Statistic): Series {
  return { label, namespace: 'AWS/RDS', metric, statistic }
}

/** Reads the largest value of a metric of the queue of a priority. */
export function ofQueue(queue: Priority, metric: MetricOf<'AWS/SQS'>): Series {
  return { label: queue, namespace: 'AWS/SQS', metric, queue, statistic: 'Maximum' }
}

/** Reads the largest count of messages that wait in the dead-letter queue of a priority. */
export function ofDeadLetters(queue: Priority): Series {
  const metric = 'ApproximateNumberOfMessagesVisible'
  return { label: `dead letters, ${queue}`, namespace: 'AWS/SQS', metric, queue, isDeadLetter: true, statistic: 'Maximum' }
}
