import packageFile from '../../../package.json' with { type: 'json' }
import type { QueueDepth, RenderQueue } from '../../aws/render-queue.ts'
import { healthCheckSeconds } from '../../contract/retries.ts'
import { withTimeout } from '../../runtime/with-timeout.ts'
import type { Clients } from '../clients.ts'

/** Describes the running service: its name, version, and uptime in seconds. */
export function describeService() {
  return { service: 'ticket-generator' as const, version: packageFile.version, uptime: Math.round(process.uptime()) }
}

/** Checks every dependency concurrently, each for at most eight seconds, and counts queued messages. */
export async function checkHealth(clients: Clients<'sql' | 'storage' | 'queues' | 'renderer'>) {
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
  return (await attempt(check)) !== undefined
}

async function depthOf(queues: RenderQueue, priority: 'high' | 'normal'): Promise<QueueDepth | null> {
  return (await attempt(() => queues.depth(priority)))?.answer ?? null
}

/** Runs a check; returns undefined when it fails or times out, which here is a result, not a fault. */
async function attempt<T>(check: () => Promise<T>): Promise<{ answer: T } | undefined> {
  const timeout = { timeoutMs: healthCheckSeconds * 1000, onTimeout: () => new Error('The check timed out.') }
  return await withTimeout(check(), timeout).then(
    (answer) => ({ answer }),
    () => undefined,
  )
}
