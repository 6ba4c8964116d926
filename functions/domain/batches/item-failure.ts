import type { EventRow } from '../../database/events.ts'
import type { FailedItem } from '../../database/generation-logs.ts'
import type { GuestRow } from '../../database/guests.ts'
import type { TemplateRow } from '../../database/templates.ts'
import { MissingDataError } from '../errors.ts'
import { missingVariables, timeProblems } from '../guests/ticket-subject.ts'

/** A guest of a batch, absent where not registered, with the event and the template version of its ticket. */
interface ItemSubject {
  guestId: number
  guest: GuestRow | undefined
  event: EventRow
  template: TemplateRow
}

/** Finds why a guest's ticket cannot be printed, before anything is printed; undefined where it can. */
export function findFailure({ guestId, guest, event, template }: ItemSubject): Omit<FailedItem, 'itemId'> | undefined {
  if (!guest) {
    const message = `Guest ${guestId} is not registered for event ${event.id}.`
    return { code: 'GUEST_NOT_FOUND', message, details: [] }
  }
  const details = timeProblems(guest)
  if (details.length > 0)
    return { code: 'VALIDATION_FAILED', message: `The entry times of guest ${guestId} are not in order.`, details }
  const missing = missingVariables(template, event, guest)
  if (missing.length === 0) return undefined
  const error = new MissingDataError(missing)
  return { code: error.code, message: error.message, details: error.details }
}
