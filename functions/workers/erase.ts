import { workers } from '../contract/functions.ts'
import { erasing } from '../contract/retries.ts'
import { type ErasureAnswer, erasureRequest } from '../contract/schemas/erasures.ts'
import { continueErasures, eraseGuest, requestErasure } from '../domain/erasures/erase.ts'
import { openClients } from '../runtime/clients.ts'
import { toServiceError } from '../runtime/service-error.ts'
import { logger } from '../runtime/telemetry.ts'
import { traceInvocation } from '../runtime/tracing.ts'

const { uses, timeoutSeconds } = workers.erase
const clients = await openClients(uses, timeoutSeconds)

/**
 * Erases a guest or starts erasing an event while a caller waits, or continues what was started.
 * @throws AggregateError of the files that could not be deleted; the next run tries again.
 */
export async function handler(event: unknown): Promise<ErasureAnswer | undefined> {
  return await traceInvocation('erase', event, erase)
}

async function erase(event: unknown): Promise<ErasureAnswer | undefined> {
  const request = erasureRequest.parse(event)
  if ('guest' in request) return await answer(() => eraseGuest(clients, request.guest))
  if ('event' in request) return await answer(() => requestErasure(clients, request.event.eventId))
  const count = await continueErasures(clients, Date.now() + erasing.seconds * 1000)
  if (count > 0) logger.info('Guests were erased', { count })
  return undefined
}

async function answer(work: () => Promise<Date>): Promise<ErasureAnswer> {
  try {
    return { at: (await work()).toISOString() }
  } catch (error) {
    const { code, message, details, status } = toServiceError(error)
    if (status >= 500) logger.error(message, { code, error })
    return { code, message, details }
  }
}
