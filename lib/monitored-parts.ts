import { type Duration, type Size, Stack } from 'aws-cdk-lib'
import type { RestApi } from 'aws-cdk-lib/aws-apigateway'
import { Metric } from 'aws-cdk-lib/aws-cloudwatch'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { IDatabaseInstance } from 'aws-cdk-lib/aws-rds'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import { metricNamespace, serviceName } from '../functions/contract/monitoring/metrics.ts'
import { isAwsSeries, type Series, type ServiceSeries } from '../functions/contract/monitoring/series.ts'
import type { Priority } from '../functions/contract/queues.ts'

/** The resources that dashboard and alarms read. `functions` are the deployed ones by name. */
export interface MonitoredParts {
  api: RestApi
  functions: Readonly<Record<string, IFunction>>
  queues: Record<Priority, { queue: IQueue; deadLetter: IQueue }>
  database: { instance: IDatabaseInstance; maxConnections: number; storage: Size } | undefined
}

/**
 * Builds the metrics namespace of a stack, which separates the stages of an account. Functions get it as
 * METRICS_NAMESPACE.
 */
export function namespaceOf(scope: Construct): string {
  return `${metricNamespace}/${Stack.of(scope).stackName}`
}

/** Checks whether a series belongs to a resource that the stage lacks. */
export function isAbsent(series: Series, { database, functions }: MonitoredParts): boolean {
  if (!isAwsSeries(series)) return false
  if (series.namespace === 'AWS/RDS') return !database
  return series.namespace === 'AWS/Lambda' && !functions[series.function]
}

/**
 * Converts a series of contract/monitoring into a CloudWatch metric of the stack's own resources.
 * @throws Error when the series names a function that is not among the parts.
 */
export function metricOf(scope: Construct, series: Series, view: { parts: MonitoredParts; period: Duration }): Metric {
  const { label, metric: metricName, statistic } = series
  const place = isAwsSeries(series)
    ? { namespace: series.namespace, dimensionsMap: dimensionsOf(series, view.parts) }
    : { namespace: namespaceOf(scope), dimensionsMap: { service: serviceName, ...onlyOf(series) } }
  return new Metric({ ...place, metricName, label, statistic, period: view.period })
}

function onlyOf({ only = {} }: Pick<ServiceSeries, 'only'>): Record<string, string> {
  return Object.fromEntries(Object.entries(only).filter(([, value]) => value !== undefined))
}

function dimensionsOf(series: Extract<Series, { namespace: string }>, parts: MonitoredParts): Record<string, string> {
  switch (series.namespace) {
    case 'AWS/ApiGateway':
      return { ApiName: parts.api.restApiName, Stage: parts.api.deploymentStage.stageName }
    case 'AWS/Lambda':
      return { FunctionName: functionNamed(series.function, parts).functionName }
    case 'AWS/SQS':
      return { QueueName: parts.queues[series.queue][series.isDeadLetter ? 'deadLetter' : 'queue'].queueName }
    case 'AWS/RDS':
      return { DBInstanceIdentifier: parts.database?.instance.instanceIdentifier ?? '' }
  }
}

function functionNamed(name: string, { functions }: MonitoredParts): IFunction {
  const found = functions[name]
  if (!found) throw new Error(`A series names the function "${name}", which is not deployed.`)
  return found
}
