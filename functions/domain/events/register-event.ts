import type * as z from 'zod'
import type { event } from '../../contract/schemas/requests.ts'
import { upsertEvent } from '../../database/events.ts'
import { countOutdated } from '../../database/tickets.ts'
import { ValidationError } from '../../errors.ts'
import type { Clients } from '../clients.ts'
import { EventNotFoundError } from '../errors.ts'
import { describeEvent } from './read-events.ts'

/**
 * Registers or replaces an event, and counts the tickets that this leaves outdated. Idempotent.
 * @throws ValidationError when the ids of body and path differ.
 */
export async function registerEvent({ sql }: Clients<'sql'>, eventId: number, body: z.output<typeof event>) {
  if (body.id !== undefined && body.id !== eventId)
    throw new ValidationError('The request is not valid.', [
      { path: 'id', problem: `must be ${eventId}, as in the path, or absent` },
    ])
  const row = await upsertEvent(sql, eventId, body)
  if (!row) throw new EventNotFoundError(eventId)
  return { ...describeEvent(row), outdatedTickets: await countOutdated(sql, eventId) }
}
