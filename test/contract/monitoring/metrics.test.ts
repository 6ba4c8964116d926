import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import * as z from 'zod'
import { metricsFilesOf } from '../../../bin/local/process/metrics-file.ts'
import { metrics } from '../../../functions/contract/monitoring/metrics.ts'
import { upsertRegistration } from '../../../functions/database/wallet-registrations.ts'
import { eventually } from '../../fixtures/eventually.ts'
import { startService } from '../../fixtures/running-service.ts'

const { call, sql, stateFolder, stop } = await startService({ scheduleSeconds: 60 })
after(stop)

/** The metrics that the service emits; API Gateway's access log gives the rest. */
const emittedMetrics = Object.entries(metrics).filter(([, metric]) => !('accessLog' in metric))

const line = z.looseObject({
  _aws: z.object({
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string() })),
      }),
    ),
  }),
})

/** Reads of each metric that was emitted the sets of dimensions that it came with, the service's name aside. */
function emitted(): Map<string, string[][]> {
  const { newer } = metricsFilesOf(stateFolder)
  const lines = readFileSync(newer, 'utf8').trimEnd().split('\n')
  const directives = lines.flatMap((text) => line.parse(JSON.parse(text))._aws.CloudWatchMetrics)
  return new Map(
    directives.flatMap(({ Metrics, Dimensions }) =>
      Metrics.map(({ Name }) => [Name, Dimensions.map((set) => set.filter((name) => name !== 'service').toSorted())]),
    ),
  )
}

test('every metric of the contract is emitted, by the dimensions that the contract says', async () => {
  const data = { firstName: 'Ada \u{12000}', lastName: 'Lovelace', email: 'ada@example.com', ticketType: 'VIP' }
  const event = { title: 'Jazz Night', startsAt: '2035-06-12T19:00:00Z', timezone: 'Europe/Paris', location: 'Main Hall' }
  assert.equal((await call('PUT', '/api/events/4711', event)).status, 200)
  const { json } = await call('POST', '/api/tickets/generate', { eventId: 4711, guestId: 4711, templateId: 1, data })
  const path = `/api/tickets/${json.data.ticketId}/check-in`
  assert.deepEqual([(await call('POST', path, {})).status, (await call('POST', path, {})).status], [200, 409])
  await sql`ALTER TABLE events RENAME TO lost`
  assert.equal((await call('PUT', '/api/events/4711', event)).status, 500)
  await sql`ALTER TABLE lost RENAME TO events`
  const deadLetter = await import('../../../functions/workers/dead-letter.ts')
  const body = JSON.stringify({ jobId: 999_999_999, itemIds: [1] })
  const record = {
    messageId: 'm',
    body,
    attributes: { ApproximateReceiveCount: '1' },
    messageAttributes: {},
    eventSourceARN: 'arn:aws:sqs:us-east-1:0:dead',
  }
  await deadLetter.handler({ Records: [record] } as never)
  await upsertRegistration(sql, { wallet: 'apple', ticketId: json.data.ticketId, pushToken: 'aa' })
  // A browser is not crashed for this: that its restarts are counted stands in the source.
  const driven = emittedMetrics.map(([name]) => name).filter((name) => name !== 'browser_restarts_total')
  await eventually('all have come', () => driven.every((name) => emitted().has(name)), 20_000)
  for (const [name, { dimensions }] of emittedMetrics) {
    if (name === 'browser_restarts_total') continue
    const declared = dimensions.map((set: readonly string[]) => set.toSorted())
    assert.deepEqual(emitted().get(name)?.toSorted(), declared.toSorted(), name)
  }
})

test('the source emits what is in the contract, all of it', () => {
  const root = join(import.meta.dirname, '../../../functions')
  const files = globSync('{workers,domain,runtime}/**/*.ts', { cwd: root }).filter((file) => file.endsWith('.ts'))
  const source = files.map((file) => readFileSync(join(root, file), 'utf8')).join('\n')
  for (const [name] of emittedMetrics) assert.ok(source.includes(`['${name}', `), name)
})
