import type { FieldProblem } from '../../contract/errors.ts'
import type { TicketRow } from '../../database/tickets.ts'
import { TicketGenerationError } from '../../errors.ts'

/** Says that the ticket let somebody in before; `details` gives `checkedInAt`, `gate` and `device` as their bare values. */
export class AlreadyCheckedInError extends TicketGenerationError {
  constructor({ checked_in_at, checked_in_gate, checked_in_device }: TicketRow) {
    const at = checked_in_at?.toISOString() ?? ''
    const details: FieldProblem[] = [{ path: 'checkedInAt', problem: at }]
    if (checked_in_gate !== null) details.push({ path: 'gate', problem: checked_in_gate })
    if (checked_in_device !== null) details.push({ path: 'device', problem: checked_in_device })
    const place = [checked_in_gate && `gate ${checked_in_gate}`, checked_in_device].filter(Boolean).join(', ')
    super(`This ticket was checked in at ${at}${place && ` (${place})`}.`, 'ALREADY_CHECKED_IN', details)
  }
}

/** Says that the ticket was retired. */
export class TicketRevokedError extends TicketGenerationError {
  constructor({ id, superseded_by }: TicketRow) {
    super(superseded_by ? `Ticket ${id} was replaced by ticket ${superseded_by}.` : `Ticket ${id} was revoked.`, 'TICKET_REVOKED')
  }
}

/** Says that the ticket is past its time. */
export class TicketExpiredError extends TicketGenerationError {
  constructor({ id, expires_at }: TicketRow) {
    super(`Ticket ${id} was good until ${expires_at?.toISOString()}.`, 'TICKET_EXPIRED')
  }
}

/** Says that the event has no such door. */
export class DoorNotFoundError extends TicketGenerationError {
  constructor({ eventId, doorId }: { eventId: number; doorId: number }) {
    super(`Event ${eventId} has no door ${doorId}.`, 'DOOR_NOT_FOUND')
  }
}

/** Says that a signing key is not retired. */
export class KeyInUseError extends TicketGenerationError {
  constructor(kid: number) {
    super(`The signing key ${kid} is not retired: retire it with "tickets keys retire --key ${kid}" first.`, 'KEY_IN_USE')
  }
}
