import type * as z from 'zod'
import { fieldProblems } from '../../contract/field-problems.ts'
import type { guestList } from '../../contract/schemas/guests.ts'
import { upsertGuests } from '../../database/guests.ts'
import type { Clients } from '../clients.ts'
import { requireEvent } from '../events/read-events.ts'

/**
 * Registers or replaces guests of an event, and reports those that were skipped. Idempotent.
 * @throws EventNotFoundError when the event is not registered.
 */
export async function registerGuests({ sql }: Clients<'sql'>, eventId: number, { guests, leftOut }: z.output<typeof guestList>) {
  await requireEvent(sql, eventId)
  const counts = await upsertGuests(sql, eventId, guests)
  const skipped = leftOut && {
    skippedCount: leftOut.length,
    skipped: leftOut.slice(0, maxSkippedReported).map(({ index, guestId, issues }) => ({
      index,
      guestId,
      problems: fieldProblems(issues).slice(0, maxProblemsPerGuest),
    })),
  }
  return { eventId, totalCount: guests.length, ...counts, ...skipped }
}

const maxSkippedReported = 100
const maxProblemsPerGuest = 10
