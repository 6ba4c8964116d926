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

/** Returns whether a series is one of an AWS service. */
export function isAwsSeries(series: Series): series is Extract<Series, { namespace: AwsNamespace }> {
  return 'namespace' in series && series.namespace in awsMetrics
}
