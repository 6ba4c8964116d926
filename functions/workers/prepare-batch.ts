import { workers } from '../contract/functions.ts'
import { prepareRequest } from '../contract/schemas/render.ts'
import { prepareBatch } from '../domain/batches/prepare-batch.ts'
import { openClients } from '../runtime/clients.ts'
import { logger } from '../runtime/telemetry.ts'
import { traceInvocation } from '../runtime/tracing.ts'

const { uses, timeoutSeconds } = workers['prepare-batch']

/**
 * Prepares the items of a large batch. Its clients are opened for each run, since the keys may change.
 * @throws ZodError when the event is malformed; temporary faults, which Lambda retries.
 */
export async function handler(event: unknown): Promise<void> {
  await traceInvocation('prepare-batch', event, prepare)
}

async function prepare(event: unknown): Promise<void> {
  const request = prepareRequest.parse(event)
  const count = await prepareBatch(await openClients(uses, timeoutSeconds), request)
  logger.info('A batch was prepared', { jobId: request.jobId, count })
}
