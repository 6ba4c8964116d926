import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { variables } from '../../functions/contract/environment.ts'
import { type WorkerFunction, workers } from '../../functions/contract/functions.ts'
import { ticketsPerChunk } from '../../functions/contract/queues.ts'
import { chunkDelivery } from '../../functions/contract/retries.ts'
import { functionOf, routeFunctions } from '../../functions/contract/route-functions.ts'
import type { Route } from '../../functions/contract/routes/route.ts'
import { routes } from '../../functions/contract/routes/routes.ts'
import { deadlinesOf } from '../../functions/contract/schemas/render.ts'
import { batchRequest } from '../../functions/contract/schemas/requests.ts'
import { type Stage, type StageName, stages } from '../../lib/stage.ts'
import { synthesize } from '../fixtures/synthesized.ts'

// AWS Lambda, "Quotas": an account has 1,000 environments, of which 100 cannot be reserved.
const mostReserved = 900
// AWS Lambda, "Quotas": synchronous payload; API Gateway hands bodies on in base64.
const lambdaPayloadBytes = 6 * 1024 * 1024
const largestBodyBytes = (lambdaPayloadBytes * 3) / 4
// Amazon SQS, "Message quotas": a batch of ten messages.
const sqsBatchBytes = 256 * 1024

const routesByName: Record<string, Route> = routes
const workersByName: Record<string, WorkerFunction> = workers
const largestId = Number.MAX_SAFE_INTEGER

/** Counts the environments of everything that reaches the database; each has one connection. */
function connectionsOf({ concurrency }: Stage): number {
  const workerCounts = [
    concurrency.renderNow,
    concurrency.renderBatch,
    concurrency.deadLetter,
    concurrency.makeDownload,
    concurrency.prepareBatch,
    concurrency.erase,
    1,
    1,
    2,
  ]
  const routeCounts = [...routeFunctions.values()].flatMap((served) => {
    const [route] = Object.values(served)
    return route?.uses.includes('sql') ? [concurrency.routes[route.access]] : []
  })
  return [...workerCounts, ...routeCounts].reduce((total, count) => total + count, 0)
}

describe('the limits of the contract', () => {
  test('a queue hides a chunk for at least six times as long as a renderer may take', () => {
    assert.ok(chunkDelivery.visibilitySeconds >= 6 * workers['render-batch'].timeoutSeconds)
  })

  test('every route ends before API Gateway gives up at 29 seconds, and a printing one after the renderer', () => {
    for (const [name, { timeoutSeconds, uses }] of Object.entries(routesByName)) {
      assert.ok(timeoutSeconds < 29, name)
      const isProbe = name === 'get-detailed-health'
      if (uses.includes('trials')) assert.ok(timeoutSeconds > workers['render-trial'].timeoutSeconds, name)
      if (uses.includes('renderer') && !isProbe) assert.ok(timeoutSeconds > workers['render-now'].timeoutSeconds, name)
    }
  })

  test('a renderer has time to print a chunk three times', () => {
    const chunkSeconds = variables.RENDER_DEADLINE_SECONDS.schema.parse(undefined) * deadlinesOf(ticketsPerChunk)
    assert.ok(3 * chunkSeconds < workers['render-batch'].timeoutSeconds)
  })

  test('a scheduled worker ends before it is due again, unless its runs take turns', () => {
    for (const [name, { trigger, timeoutSeconds }] of Object.entries(workersByName))
      if (trigger.type === 'schedule' && !trigger.overlaps) assert.ok(timeoutSeconds < trigger.everySeconds, name)
  })

  test('ten of the largest chunks fit into one request to SQS', () => {
    const chunk = { jobId: largestId, itemIds: Array.from({ length: ticketsPerChunk }, () => largestId) }
    assert.ok(10 * JSON.stringify(chunk).length < sqsBatchBytes)
  })

  test('the largest batch by ids fits through API Gateway and Lambda', () => {
    const guestIds = Array.from({ length: 50_000 }, (_, index) => largestId - index)
    const body = { eventId: largestId, guestIds, templateId: largestId, options: { batchId: 'b'.repeat(100) } }
    assert.ok(batchRequest.safeParse(body).success)
    assert.ok(JSON.stringify(body).length < largestBodyBytes)
    assert.equal(batchRequest.safeParse({ ...body, guestIds: [...guestIds, 1] }).success, false)
  })
})

for (const name of ['dev', 'production', 'local'] as StageName[])
  describe(`the limits of the stage ${name}`, () => {
    const stage = stages[name]
    const { concurrency } = stage

    test('the queues feed no more chunks at once than renderers may run', () => {
      const { high, normal } = concurrency.sources
      assert.ok(high >= 2 && normal >= 2, 'Lambda takes 2 at least')
      assert.ok(high + normal <= concurrency.renderBatch)
    })

    const { template } = synthesize(name)
    const functions = Object.values(template.findResources('AWS::Lambda::Function')).filter(
      ({ Properties }) => Properties.Environment?.Variables.METRICS_NAMESPACE,
    )

    test('everything that reaches the database is limited in number, and all that is reserved leaves the account room', () => {
      for (const { Properties } of functions)
        if (Properties.Environment.Variables.DB_HOST ?? Properties.Environment.Variables.DATABASE_URL)
          assert.ok(Properties.ReservedConcurrentExecutions > 0, Properties.Handler)
      const reserved = functions.map(({ Properties }) => Properties.ReservedConcurrentExecutions ?? 0)
      const total = reserved.reduce((sum, count) => sum + count, 0)
      assert.equal(total, connectionsOf(stage) + concurrency.renderTrial + (stage.hasCanary ? 1 : 0))
      assert.ok(total <= mostReserved, `${total}`)
    })

    test('sizes are such as Lambda has, and environments fit into its 4 KB', () => {
      for (const { Properties } of functions) {
        const { MemorySize, EphemeralStorage, Environment, Handler, Description } = Properties
        assert.ok(Description.length <= 256, Handler)
        assert.ok(MemorySize >= 128 && MemorySize <= 10_240, Handler)
        assert.ok((EphemeralStorage?.Size ?? 512) >= 512 && (EphemeralStorage?.Size ?? 512) <= 10_240, Handler)
        assert.ok(JSON.stringify(Environment).length < 4096, Handler)
      }
    })

    test('what works through whole guest lists has a core, which Lambda gives with 1,769 MB', () => {
      const sizes = new Map(functions.map(({ Properties }) => [Properties.Handler, Properties.MemorySize]))
      const bulk = Object.values(routesByName).flatMap((route) => (route.bulk ? [functionOf(route)] : []))
      assert.ok(bulk.length > 2)
      for (const name of bulk) assert.ok(Number(sizes.get(`${name}.handler`)) >= 1769, name)
    })

    test('the template stays within what CloudFormation takes: 500 resources, 1 MB', () => {
      assert.ok(Object.keys(template.toJSON().Resources).length < 500)
      assert.ok(JSON.stringify(template.toJSON()).length < 1_000_000)
    })
  })
