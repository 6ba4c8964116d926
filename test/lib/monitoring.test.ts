import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { alarms, databaseEvents, runbookFile } from '../../functions/contract/monitoring/alarms.ts'
import { awsMetrics } from '../../functions/contract/monitoring/aws-metrics.ts'
import { dashboard } from '../../functions/contract/monitoring/dashboard.ts'
import { metrics } from '../../functions/contract/monitoring/metrics.ts'
import { databaseSize, synthesize } from '../fixtures/monitored-stack.ts'
import { synthesize as synthesizeStage } from '../fixtures/synthesized.ts'

const production = synthesize('tickets-production', { hasDatabase: true, opsEmail: 'ops@example.com' })
const local = synthesize('tickets-local', { hasDatabase: false })
const namespace = 'TicketGenerator/tickets-production'

type Alarm = { AlarmDescription: string; Threshold: number; AlarmActions: unknown[]; OKActions: unknown[] } & Stat & {
    Metrics?: { MetricStat?: { Metric: Stat } }[]
  }
type Stat = { Namespace?: string; MetricName?: string; Dimensions?: { Name: string }[] }
type Named = { namespace: string; name: string; dimensions: string[] }

const alarmsOf = (template: typeof production): [string, Alarm][] =>
  Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => [
    String(Properties.AlarmName).replace(/^tickets-[a-z]+-/, ''),
    Properties,
  ])

function widgetsOf(template: typeof production) {
  const [found] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'))
  const body: (string | object)[] = found?.Properties.DashboardBody['Fn::Join'][1]
  return JSON.parse(body.map((part) => (typeof part === 'string' ? part : 'token')).join('')).widgets
}

/** Reads the metrics that graphs name; in a dashboard's JSON "." repeats what the metric before it has at that place. */
function graphed(template: typeof production): Named[] {
  return widgetsOf(template).flatMap(({ properties }: { properties: { metrics?: unknown[][] } }) => {
    let before: unknown[] = []
    return (properties.metrics ?? []).map((row) => {
      const last = before
      const words = row.filter((word) => typeof word === 'string').map((word, at) => (word === '.' ? last[at] : word))
      before = words
      const [space, name, ...pairs] = words.map(String)
      return { namespace: space ?? '', name: name ?? '', dimensions: pairs.filter((_, at) => at % 2 === 0) }
    })
  })
}

function alarmed(template: typeof production): Named[] {
  return alarmsOf(template).flatMap(([, alarm]) => {
    const stats = alarm.Metrics?.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []) ?? [alarm]
    return stats.map(({ Namespace = '', MetricName = '', Dimensions = [] }) => ({
      namespace: Namespace,
      name: MetricName,
      dimensions: Dimensions.map(({ Name }) => Name),
    }))
  })
}

const named = [...graphed(production), ...alarmed(production)]

test('graphs and alarms name metrics that exist: our own by dimensions they are counted by, those of AWS as AWS documents them', () => {
  assert.ok(named.length > 50, String(named.length))
  for (const metric of named) {
    const ours = Object.entries(metrics).find(([name]) => name === metric.name)?.[1]
    const theirs = Object.entries(awsMetrics).find(([space]) => space === metric.namespace)?.[1]
    const own = metric.dimensions.filter((name) => name !== 'service').toSorted()
    if (metric.namespace === namespace)
      assert.ok(
        ours?.dimensions.some((set: readonly string[]) => set.toSorted().join() === own.join()),
        JSON.stringify(metric),
      )
    else {
      assert.ok(
        theirs?.names.some((name) => name === metric.name),
        JSON.stringify(metric),
      )
      assert.deepEqual(metric.dimensions.toSorted(), theirs?.dimensions.toSorted(), JSON.stringify(metric))
    }
  }
})

test('a function puts its metrics where graphs and alarms look for them', () => {
  production.hasResourceProperties('AWS::Lambda::Function', {
    Handler: 'any.handler',
    Environment: { Variables: { METRICS_NAMESPACE: namespace } },
  })
})

test('the dashboard draws every section of the contract, after the state of all alarms', () => {
  const [states, ...others] = widgetsOf(production)
  assert.equal(states.type, 'alarm')
  assert.equal(states.properties.alarms.length, Object.keys(alarms).length)
  const titles = others.map(({ properties }: { properties: { title?: string; markdown?: string } }) =>
    (properties.markdown ?? properties.title ?? '').replace('## ', ''),
  )
  assert.deepEqual(
    titles,
    dashboard.flatMap(({ title, widgets }) => [title, ...widgets.map((widget) => widget.title)]),
  )
})

test('a stage without a database draws and watches everything else', () => {
  const spaces = new Set([...graphed(local), ...alarmed(local)].map((metric) => metric.namespace))
  assert.deepEqual([...spaces].toSorted(), ['AWS/ApiGateway', 'AWS/Lambda', 'AWS/SQS', 'TicketGenerator/tickets-local'])
  const ofDatabase = Object.keys(alarms).filter((name) => name.startsWith('database-'))
  assert.equal(alarmsOf(local).length, Object.keys(alarms).length - ofDatabase.length)
  assert.deepEqual(local.findResources('AWS::RDS::EventSubscription'), {})
})

test('every alarm tells the topic of alarms, and its description leads to its section of the runbook, which has no other', () => {
  const runbook = readFileSync(join(import.meta.dirname, '../..', runbookFile), 'utf8')
  const sections = [...runbook.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)
  assert.deepEqual(sections, [...Object.keys(alarms), ...Object.keys(databaseEvents)])
  for (const section of runbook.split(/^## /m).slice(1))
    for (const part of ['It means:', 'Look:', 'Do:', 'It is over when'])
      assert.ok(section.includes(`**${part}`), `${part} ${section.slice(0, 40)}`)
  for (const [name, alarm] of alarmsOf(production)) {
    assert.ok(alarm.AlarmDescription.endsWith(` ${runbookFile}#${name}`), alarm.AlarmDescription)
    assert.equal(alarm.AlarmActions.length, 1)
    assert.deepEqual(alarm.AlarmActions, alarm.OKActions)
  }
})

test('CloudWatch and RDS may publish to the topic of alarms, over TLS only, and ops get an e-mail where the stage names an address', () => {
  const policies = Object.values(production.findResources('AWS::SNS::TopicPolicy')).map(({ Properties }) => Properties)
  const statements = policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
  for (const service of ['cloudwatch.amazonaws.com', 'events.rds.amazonaws.com']) {
    const publishing = statements.find(({ Principal }) => Principal?.Service === service)
    assert.deepEqual([publishing.Effect, publishing.Action], ['Allow', 'sns:Publish'])
    assert.ok(publishing.Condition.StringEquals['aws:SourceAccount'], service)
  }
  const email = Object.values(production.findResources('AWS::SNS::Subscription')).map(({ Properties }) => Properties.Endpoint)
  assert.deepEqual(email, ['ops@example.com'])
  assert.deepEqual(local.findResources('AWS::SNS::Subscription'), {})
})

test('thresholds of the database follow from its size', () => {
  const threshold = (name: string) => alarmsOf(production).find(([found]) => found === name)?.[1].Threshold
  assert.equal(threshold('database-connections'), 0.8 * databaseSize.maxConnections)
  assert.equal(threshold('database-storage'), Math.round(0.2 * databaseSize.storage.toBytes()))
})

test('with few tickets or requests a single failure sets nothing off', () => {
  const failing = alarmsOf(production).find(([name]) => name === 'tickets-failing')?.[1]
  const expressions = failing?.Metrics?.flatMap((metric) => ('Expression' in metric ? [metric.Expression] : []))
  assert.deepEqual(expressions, ['IF((FILL(m1, 0) + FILL(m2, 0)) < 20, 0, 100 * FILL(m0, 0) / (FILL(m1, 0) + FILL(m2, 0)))'])
})

test('RDS tells the topic of alarms of a failover', () => {
  production.hasResourceProperties('AWS::RDS::EventSubscription', {
    SubscriptionName: 'tickets-production-database-failover',
    SourceType: 'db-instance',
    EventCategories: ['failover', 'failure', 'recovery'],
  })
})

test('an alarm watches the functions that the stage has, and a stage that nobody watches has none', () => {
  const watched = alarmsOf(production).find(([name]) => name === 'functions-failing')?.[1].Metrics ?? []
  assert.ok(watched.length > 1 && watched.length <= 11, 'CloudWatch: at most ten metrics in an alarm')
  const { template: dev } = synthesizeStage('dev')
  assert.deepEqual(alarmsOf(dev), [])
  dev.resourceCountIs('AWS::CloudWatch::Dashboard', 0)
  assert.equal(alarmsOf(synthesizeStage('production').template).length, Object.keys(alarms).length)
})
