import { setTimeout } from 'node:timers/promises'
import packageFile from '../../../package.json' with { type: 'json' }
import type { QueueDepth, RenderQueue } from '../../aws/render-queue.ts'
import type { TicketRenderer } from '../../aws/ticket-renderer.ts'
import type { TicketStorage } from '../../aws/ticket-storage.ts'
import { healthCheckSeconds } from '../../contract/retries.ts'
import type { Sql } from '../../database/client.ts'

/** Tells that the process answers, its version, and for how many seconds it has been up. */
export function describeService() {
  return { service: 'ticket-generator' as const, version: packageFile.version, uptime: Math.round(process.uptime()) }
}

/**
 * Asks every part whether it works, all at once, and counts what waits. A part that does not answer within eight seconds is down.
 */
export async function checkHealth(clients: { sql: Sql; storage: TicketStorage; queues: RenderQueue; renderer: TicketRenderer }) {
  const [database, storage, renderer, normal, high] = await Promise.all([
    works(async () => await clients.sql`SELECT 1`),
    works(() => clients.storage.check()),
    works(async () => {
      const answer = await clients.renderer.ask({ probe: true })
      if (answer.outcome !== 'working') throw new Error('The renderer cannot print.')
    }),
    depthOf(clients.queues, 'normal'),
    depthOf(clients.queues, 'high'),
  ])
  const dependencies = { database, storage, queues: normal !== null && high !== null, renderer }
  const healthy = Object.values(dependencies).every(Boolean)
  return {
    status: healthy ? ('healthy' as const) : ('unhealthy' as const),
    ...describeService(),
    dependencies,
    queues: { 'ticket-generation': normal, 'ticket-generation-high': high },
  }
}

async function works(check: () => Promise<unknown>): Promise<boolean> {
  return (await withinTime(check)) !== undefined
}

async function depthOf(queues: RenderQueue, priority: 'high' | 'normal'): Promise<QueueDepth | null> {
  return (await withinTime(() => queues.depth(priority)))?.answer ?? null
}

/** Answers undefined when the check fails or takes too long: that the part is down is the answer here, not a fault. */
async function withinTime<T>(check: () => Promise<T>): Promise<{ answer: T } | undefined> {
  const deadline = new AbortController()
  const late = setTimeout(healthCheckSeconds * 1000, undefined, { signal: deadline.signal }).catch(() => undefined)
  try {
    return await Promise.race([check().then((answer) => ({ answer })), late])
  } catch {
    return undefined
  } finally {
    deadline.abort()
  }
}
