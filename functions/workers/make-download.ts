import { workers } from '../contract/functions.ts'
import { downloadRequest } from '../contract/schemas/download.ts'
import { makeDownload } from '../domain/downloads/make-download.ts'
import { openClients } from '../runtime/clients.ts'
import { logger } from '../runtime/telemetry.ts'
import { traceInvocation } from '../runtime/tracing.ts'

const { uses, timeoutSeconds } = workers['make-download']
const clients = await openClients(uses, timeoutSeconds)

/** Makes one file of all tickets of a batch. @throws Temporary faults, which Lambda retries. */
export async function handler(event: unknown): Promise<void> {
  await traceInvocation('make-download', event, make)
}

async function make(event: unknown): Promise<void> {
  const request = downloadRequest.parse(event)
  const startedAt = performance.now()
  const outcome = await makeDownload(clients, request)
  const facts = { jobId: request.jobId, format: request.format, durationMs: Math.round(performance.now() - startedAt) }
  if (typeof outcome === 'object')
    logger.error('A download could not be made', { ...facts, reason: outcome.failure, error: outcome.error })
  else logger.info('Download finished', { ...facts, outcome })
}
