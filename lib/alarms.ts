import { Duration, Stack } from 'aws-cdk-lib'
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { CfnEventSubscription, type IDatabaseInstance } from 'aws-cdk-lib/aws-rds'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { Construct } from 'constructs'
import {
  type AlarmDescription,
  alarms,
  databaseEvents,
  runbookFile,
  seriesOf,
  type Watched,
} from '../functions/contract/monitoring/alarms.ts'
import { isAbsent, type MonitoredParts, metricOf } from './monitored-parts.ts'

/** Properties of the alarms. */
export interface AlarmsProps {
  /** The resources to watch. */
  parts: MonitoredParts
  /** The address that gets an e-mail of each alarm. */
  opsEmail?: string | undefined
}

/**
 * The alarms of contract/monitoring/alarms.ts, with the SNS topic that they notify when they go off and when
 * they recover. Each description links to the alarm's section in the runbook.
 */
export class Alarms extends Construct {
  readonly all: cloudwatch.Alarm[]
  readonly topic: Topic

  constructor(scope: Construct, id: string, { parts, opsEmail }: AlarmsProps) {
    super(scope, id)
    this.topic = new Topic(this, 'Topic', { displayName: 'Ticket Generator alarms', enforceSSL: true })
    this.allowPublishing('cloudwatch.amazonaws.com')
    if (opsEmail !== undefined) this.topic.addSubscription(new EmailSubscription(opsEmail))
    const described: [string, AlarmDescription][] = Object.entries(alarms)
    const present = described.filter(([, { watched }]) => !seriesOf(watched).every((series) => isAbsent(series, parts)))
    this.all = present.map(([name, description]) => this.make(name, description, parts))
    if (parts.database) this.subscribe(parts.database.instance)
  }

  /** Allows a service to publish: `enforceSSL` gives the topic a policy, which replaces the default permissions. */
  private allowPublishing(service: string): void {
    const { account } = Stack.of(this)
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        actions: ['sns:Publish'],
        principals: [new ServicePrincipal(service)],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    )
  }

  /** Subscribes the topic to events of RDS. */
  private subscribe({ instanceIdentifier }: IDatabaseInstance): void {
    this.allowPublishing('events.rds.amazonaws.com')
    for (const [name, eventCategories] of Object.entries(databaseEvents))
      new CfnEventSubscription(this, name, {
        subscriptionName: `${Stack.of(this).stackName}-${name}`,
        snsTopicArn: this.topic.topicArn,
        sourceType: 'db-instance',
        sourceIds: [instanceIdentifier],
        eventCategories: [...eventCategories],
      })
  }

  private make(name: string, description: AlarmDescription, parts: MonitoredParts): cloudwatch.Alarm {
    const alarm = new cloudwatch.Alarm(this, name, {
      alarmName: `${Stack.of(this).stackName}-${name}`,
      alarmDescription: `${description.meaning} What to do: ${runbookFile}#${name}`,
      metric: this.watch(description, parts),
      threshold: thresholdOf(description, parts),
      comparisonOperator: comparisons[description.goesOff],
      evaluationPeriods: description.periods,
      treatMissingData: missingData[description.missing],
    })
    const action = new SnsAction(this.topic)
    alarm.addAlarmAction(action)
    alarm.addOkAction(action)
    return alarm
  }

  private watch({ watched, periodSeconds }: AlarmDescription, parts: MonitoredParts): cloudwatch.IMetric {
    const period = Duration.seconds(periodSeconds)
    const present = seriesOf(watched).filter((series) => !isAbsent(series, parts))
    const [first, ...others] = present.map((series) => metricOf(this, series, { parts, period }))
    if (!first) throw new Error('An alarm must watch at least one series.')
    if ('sum' in watched && others.length === 0) return first
    const usingMetrics = Object.fromEntries([first, ...others].map((metric, index) => [`m${index}`, metric]))
    const expression = expressionOf(watched, Object.keys(usingMetrics))
    return new cloudwatch.MathExpression({ expression, usingMetrics, period, label: labelOf(watched) })
  }
}

/**
 * Writes the metric math of an alarm. A missing value counts as 0; CloudWatch would skip the period
 * otherwise.
 */
function expressionOf(watched: Watched, metrics: string[]): string {
  const names = metrics.map((metric) => `FILL(${metric}, 0)`)
  if ('sum' in watched) return names.join(' + ')
  const [part, ...all] = names
  const total = `(${all.join(' + ')})`
  return `IF(${total} < ${watched.least}, 0, 100 * ${part} / ${total})`
}

function labelOf(watched: Watched): string {
  return 'sum' in watched ? watched.sum.map(({ label }) => label).join(' + ') : `${watched.part.label}, %`
}

function thresholdOf({ threshold }: AlarmDescription, { database }: MonitoredParts): number {
  if (typeof threshold === 'number') return threshold
  if (!database) throw new Error('A database alarm needs a stage with a database.')
  const limits = { databaseConnections: database.maxConnections, databaseStorageBytes: database.storage.toBytes() }
  return Math.round(threshold.share * limits[threshold.of])
}

const comparisons = {
  over: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
  under: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
} as const

const missingData = {
  breaching: cloudwatch.TreatMissingData.BREACHING,
  notBreaching: cloudwatch.TreatMissingData.NOT_BREACHING,
  ignore: cloudwatch.TreatMissingData.IGNORE,
} as const
