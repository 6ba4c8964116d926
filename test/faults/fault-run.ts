import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '../fixtures/eventually.ts'
import { Core, hardTemplateId, type OrderedBatch, untilDone } from './core.ts'
import { type Fault, Injector, type RandomFault } from './injector.ts'
import { countUnnamed, type Findings, findRemembered, inspect, untilSent } from './inspection.ts'
import { Random } from './random.ts'
import { TargetProcess } from './target-process.ts'

/** The plan of what to break. `next` draws the next fault, or nothing when it is enough; `pauseMs` lies between two faults. */
export interface FaultPlan {
  seed: number
  next(random: Random, killCount: number): RandomFault | undefined
  pauseMs: [number, number]
  batchSize: number
  orphanedAfterSeconds: number
  /** Whether a batch is ordered all of whose renderers are killed, until it is given up; it takes half a minute. */
  withDoomed: boolean
  log(line: string): void
}

/** The faults of a run and their outcome. */
export interface FaultReport {
  counts: Map<Fault, number>
  killCount: number
  batches: number
  stuck: number
  givenUp: number
  findings: Findings
  seconds: number
}

const endTimeoutMs = 120_000
const sweepAfterSeconds = 5

/**
 * Runs the real local stack with batches, breaks it at random until enough processes were killed, lets it come to rest, and looks at
 * what is there. The seed repeats the choice of faults, though not the moment at which they hit.
 */
export async function runFaults(plan: FaultPlan): Promise<FaultReport> {
  const startedAt = performance.now()
  const random = new Random(plan.seed)
  const target = new TargetProcess({ faultShare: 0.3, sweepAfterSeconds, orphanedAfterSeconds: plan.orphanedAfterSeconds })
  await target.start()
  const core = new Core(target)
  await core.prepare()
  const run: Run = { plan, random, target, core, injector: new Injector(target, core, random), ends: new Map(), isBreaking: true }
  try {
    await breakThings(run)
    plan.log(`${run.injector.killCount} killed; waiting for rest`)
    target.mendStorage()
    const stuck = await waitForEnds(run)
    const givenUp = await retryGivenUp(run)
    if (plan.withDoomed) await orderDoomed(run)
    await eventually('the bucket is tidy', async () => (await countUnnamed(target)) === 0, endTimeoutMs).catch(() => undefined)
    await eventually('all is erased', async () => (await findRemembered(target)) === 0, endTimeoutMs).catch(() => undefined)
    const findings = await inspect(target, core, (batchId) => run.ends.get(batchId) ?? 1)
    const { counts, killCount } = run.injector
    const seconds = (performance.now() - startedAt) / 1000
    return { counts, killCount, batches: core.batches.length, stuck, givenUp, findings, seconds }
  } finally {
    await target.stop()
    await target.removeState()
  }
}

interface Run {
  plan: FaultPlan
  random: Random
  target: TargetProcess
  core: Core
  injector: Injector
  /** Counts how often a batch has ended, where that is not once. */
  ends: Map<string, number>
  isBreaking: boolean
}

/** Keeps batches coming and breaks things meanwhile. */
async function breakThings(run: Run): Promise<void> {
  const { plan, random, injector } = run
  await orderAnother(run)
  const ordering = keepOrdering(run)
  for (let fault = plan.next(random, 0); fault; fault = plan.next(random, injector.killCount)) {
    await delay(random.between(...plan.pauseMs))
    const result = await injector.inject(fault).catch((error) => `did not hit: ${error}`)
    plan.log(`${injector.killCount} killed, last a fault of ${fault} ${result ?? ''}`)
  }
  run.isBreaking = false
  await ordering
}

async function keepOrdering(run: Run): Promise<void> {
  const { core, injector, random } = run
  while (run.isBreaking) {
    if ((await listOpen(run)).length >= 3) {
      await delay(500)
      continue
    }
    const batch = await makeBatch(run)
    // Some are ordered by a Core whose first order dies with the server.
    if (random.next() < 0.4) await injector.killBeforeSend(batch)
    else core.batches.push(batch)
    await core.repeatOrder(batch)
  }
}

async function orderAnother(run: Run): Promise<void> {
  await run.core.order(await makeBatch(run))
}

async function makeBatch({ core, plan, random }: Run): Promise<OrderedBatch> {
  const number = core.batches.length
  const eventId = 100 + number
  await core.register(eventId)
  return {
    batchId: `batch-${number}`,
    eventId,
    guestIds: Array.from({ length: plan.batchSize }, (_, index) => index + 1),
    templateId: number % 2 === 0 ? 1 : hardTemplateId,
    priority: random.weighted({ high: 1, normal: 3 }),
  }
}

async function listOpen({ target }: Run): Promise<string[]> {
  return await untilDone('counting open batches', async () => {
    const rows = await target.sql`SELECT batch_id FROM generation_jobs WHERE completed_at IS NULL AND batch_id IS NOT NULL`
    return rows.map(({ batch_id }) => String(batch_id))
  })
}

/** Waits until every batch has ended, and counts those that do not. */
async function waitForEnds(run: Run): Promise<number> {
  await eventually('all have ended', async () => (await listOpen(run)).length === 0, endTimeoutMs).catch(() => undefined)
  return (await listOpen(run)).length
}

/** Retries what was given up since its renderers were killed too often, and counts it: now it must succeed. */
async function retryGivenUp(run: Run): Promise<number> {
  const { target, core, ends } = run
  const rows = await target.sql<{ batch_id: string; count: number }[]>`
    SELECT batch_id, COUNT(*)::int AS count FROM ticket_generation_logs item JOIN generation_jobs job ON job.id = item.job_id
    WHERE item.details->>'code' NOT IN ('TEMPLATE_INVALID', 'PDF_TOO_LARGE', 'GUEST_NOT_FOUND') AND item.status = 'failed' GROUP BY batch_id`
  // A batch that is reopened before its notice was sent is told of once.
  await untilSent(target)
  for (const { batch_id } of rows) {
    await core.call('POST', `/api/batches/${batch_id}/retry`)
    ends.set(batch_id, 2)
  }
  await waitForEnds(run)
  return rows.reduce((sum, { count }) => sum + count, 0)
}

/** Orders a batch whose renderers never live, until it is given up with the reason. */
async function orderDoomed(run: Run): Promise<void> {
  await run.core.order({ ...(await makeBatch(run)), guestIds: [1, 2, 3], priority: 'high' })
  await eventually(
    'the doomed batch is given up',
    async () => {
      run.injector.killRenderers()
      return (await listOpen(run)).length === 0
    },
    endTimeoutMs,
  ).catch(() => undefined)
}
