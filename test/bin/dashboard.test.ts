import assert from 'node:assert/strict'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { MetricReadings } from '../../bin/dashboard/metric-readings.ts'
import { evaluateAlarms } from '../../bin/dashboard/picture.ts'
import { openMetricsFile } from '../../bin/local/process/metrics-file.ts'
import type { Series } from '../../functions/contract/monitoring/series.ts'
import { makeFolder, runTickets } from './command-line.ts'

const service = (values: Record<string, number | number[]>, dimensions: Record<string, string> = {}, at = Date.now()) => {
  const directive = {
    Namespace: 'TicketGenerator',
    Dimensions: [['service', ...Object.keys(dimensions)]],
    Metrics: Object.keys(values).map((Name) => ({ Name })),
  }
  const head = { Timestamp: at, CloudWatchMetrics: [directive] }
  return JSON.stringify({ _aws: head, service: 'ticket-generator', ...dimensions, ...values })
}
const settled = (status: 'generated' | 'failed'): Series => ({
  label: status,
  metric: 'tickets_generated_total',
  only: { status },
  statistic: 'Sum',
})

test('a picture tells what was measured, of the service and of what stands in for AWS, and which alarm is raised', async () => {
  const state = makeFolder()
  const file = openMetricsFile(state)
  for (const minutesAgo of [0, 6]) {
    const at = Date.now() - minutesAgo * 60_000
    file.append(service({ tickets_generated_total: 30 }, { status: 'generated' }, at))
    file.append(service({ tickets_generated_total: 10 }, { status: 'failed' }, at))
  }
  file.append(service({ ticket_generation_duration_seconds: [1, 2, 3, 40] }))
  file.record('AWS/SQS', { QueueName: 'ticket-generation' }, { ApproximateNumberOfMessagesVisible: 7 })
  file.record('AWS/SQS', { QueueName: 'ticket-generation-dead' }, { ApproximateNumberOfMessagesVisible: 0 })
  await file.written()
  const words = ['dashboard', '--state', state, '--url', 'http://127.0.0.1:9', '--retry-for', '0']
  const { stdout, code, stderr } = await runTickets([...words, '--once'])
  assert.equal(code, 0, stderr)
  assert.match(stdout, /ALARM tickets-failing: More than 5 %/)
  assert.match(stdout, /Tickets a minute +generated .*█ +30\n +failed .*█ +10\n/)
  assert.match(stdout, /Generation time .* 2\.0 s\n/)
  assert.match(stdout, /Chunks waiting +high +–\n +normal .* 7\n/)
  assert.ok(!stdout.includes('\u001b'), 'no colours where there is no terminal')
  const { series, alarms } = JSON.parse((await runTickets([...words, '--json'])).stdout)
  assert.equal(series.find(({ label }: { label: string }) => label === 'failed').value, 10)
  assert.deepEqual(
    alarms.filter((alarm: { state: string }) => alarm.state === 'alarm').map((alarm: { name: string }) => alarm.name),
    ['tickets-failing'],
  )
})

test('a folder that is not there is named, with what to do', async () => {
  const { code, stderr } = await runTickets(['dashboard', '--state', '/nowhere', '--once'])
  assert.equal(code, 2)
  assert.match(stderr, /state folder \/nowhere does not exist: start the service with "npm start"/)
})

test('the files stay within their bound, and readings go on over a change of files without counting twice', async () => {
  const state = makeFolder()
  const file = openMetricsFile(state, 1000)
  const readings = new MetricReadings(state)
  for (let count = 1; count <= 20; count++) {
    file.append(service({ tickets_generated_total: 1 }, { status: 'generated' }))
    await file.written()
    await readings.refresh()
  }
  assert.equal(readings.value(settled('generated'), 0, Infinity), 20)
  const files = readdirSync(state)
  assert.deepEqual(files.toSorted(), ['metrics.1.jsonl', 'metrics.jsonl'])
  for (const name of files) assert.ok(statSync(join(state, name)).size < 1300)
})

test('an alarm is raised once every period was over its threshold, and says nothing of what is not measured', async () => {
  const state = makeFolder()
  const file = openMetricsFile(state)
  const now = Date.now()
  for (const minutesAgo of [1, 6]) file.append(service({ batch_stall_seconds: 1900 }, {}, now - minutesAgo * 60_000))
  file.append(service({ browser_restarts_total: 30 }, {}, now - 60_000))
  await file.written()
  const readings = new MetricReadings(state)
  await readings.refresh()
  const states = new Map(evaluateAlarms(readings, now).map(({ name, state: at }) => [name, at]))
  assert.equal(states.get('batch-stuck'), 'alarm')
  assert.equal(states.get('browsers-crashing'), 'ok', 'one period of two')
  assert.equal(states.get('database-storage'), 'unknown')
})
