import { randomUUID } from 'node:crypto'
import type * as z from 'zod'
import type { reprintRequest } from '../../contract/schemas/requests.ts'
import { findOutdatedTemplate } from '../../database/tickets.ts'
import { insertOutdatedItems } from '../../database/work-items.ts'
import { type BatchClients, writeBatch } from '../batches/accept-batch.ts'
import { hashContent } from '../content-hash.ts'
import { requireEvent } from './read-events.ts'

/**
 * Accepts a batch of all outdated tickets of an event, each with its code and template version; many of them
 * are prepared in the background, like those of any batch. Idempotent by batch id. An event without outdated
 * tickets gives a batch that has ended.
 * @throws EventNotFoundError when the event is not registered.
 * @throws BatchConflictError when the batch id belongs to another request.
 */
export async function reprintTickets(clients: BatchClients, eventId: number, { options }: z.output<typeof reprintRequest>) {
  const batchId = options.batchId ?? `reprint-${randomUUID()}`
  const requestHash = hashContent({ reprint: eventId, ...options, batchId })
  return await writeBatch(clients, { ...options, batchId, requestHash }, async ({ sql }) => {
    await requireEvent(sql, eventId)
    return {
      target: { event_id: eventId, ...(await findOutdatedTemplate(sql, eventId)), version_named: false },
      insertItems: (jobId) => insertOutdatedItems(sql, eventId, jobId),
    }
  })
}
