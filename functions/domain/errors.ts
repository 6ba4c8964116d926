import type { FieldProblem } from '../contract/errors.ts'
import type { TemplateProblem } from '../contract/template-check.ts'
import type { TicketRow } from '../database/tickets.ts'
import { TicketGenerationError } from '../errors.ts'
import { eventVariables } from '../template/variables.ts'

/** Thrown when the event is not registered. */
export class EventNotFoundError extends TicketGenerationError {
  constructor(eventId: number) {
    super(`No event with id ${eventId} is registered. Register it with PUT /api/events/${eventId}.`, 'EVENT_NOT_FOUND')
  }
}

/** Thrown when no template has this id, or the template lacks the requested version. */
export class TemplateNotFoundError extends TicketGenerationError {
  constructor(templateId: number, version?: number) {
    const what =
      version === undefined ? `No template has the id ${templateId}` : `Template ${templateId} has no version ${version}`
    super(`${what}.`, 'TEMPLATE_NOT_FOUND')
  }
}

/** Thrown when an archived template is asked for new tickets or a new version. */
export class TemplateArchivedError extends TicketGenerationError {
  constructor(templateId: number) {
    super(
      `Template ${templateId} is archived. Restore it with POST /api/templates/${templateId}/archive and { "undo": true }.`,
      'TEMPLATE_ARCHIVED',
    )
  }
}

/** Thrown when a new version is sent for a template that is built into the service. */
export class TemplateBuiltInError extends TicketGenerationError {
  constructor(templateId: number) {
    super(`Template ${templateId} is built in and read-only. Add your own with POST /api/templates.`, 'TEMPLATE_BUILT_IN')
  }
}

/** Thrown when check or trial of a template finds errors; `details` lists the first by line and column. */
export class TemplateRefusedError extends TicketGenerationError {
  constructor(errors: TemplateProblem[], omittedCount = 0) {
    const details = errors.map((error) => ({
      path: locationOf(error),
      problem: [error.message, error.advice].filter(Boolean).join('; '),
    }))
    const total = details.length + omittedCount
    const count = total === 1 ? 'an error' : `${total} errors`
    const first = omittedCount > 0 ? ` for the first ${details.length}` : ''
    super(`The template has ${count}; see details${first}.`, 'TEMPLATE_INVALID', details)
  }
}

function locationOf({ line, column, guest }: TemplateProblem): string {
  if (line !== undefined) return `line ${line}, column ${column ?? 1}`
  return guest === undefined ? 'source' : `trial print for ${guest}`
}

/** Thrown when neither the request nor the registry has data that the template requires. */
export class MissingDataError extends TicketGenerationError {
  constructor(names: string[]) {
    super(`Data is missing: ${names.join(', ')}.`, 'MISSING_DATA', names.map(missingField))
  }
}

/** Explains how to supply a missing field: a registered event's facts come only from its registration. */
function missingField(name: string): FieldProblem {
  const how = eventVariables.has(name) ? '; set it for a registered event with PUT /api/events/{eventId}' : ''
  return { path: `data.${name}`, problem: `is required by the template and not registered${how}` }
}

/** Thrown when no ticket has this id, or the ticket has no PDF yet. */
export class TicketNotFoundError extends TicketGenerationError {
  constructor(ticketId: number, reason = `No ticket has the id ${ticketId}.`) {
    super(reason, 'TICKET_NOT_FOUND')
  }
}

/** Thrown when a revoked ticket is checked in or reissued. */
export class TicketRevokedError extends TicketGenerationError {
  constructor({ id, superseded_by }: TicketRow) {
    super(superseded_by ? `Ticket ${id} was replaced by ticket ${superseded_by}.` : `Ticket ${id} was revoked.`, 'TICKET_REVOKED')
  }
}

/** Thrown when an expired ticket is checked in. */
export class TicketExpiredError extends TicketGenerationError {
  constructor({ id, expires_at }: TicketRow) {
    super(`Ticket ${id} expired at ${expires_at?.toISOString()}.`, 'TICKET_EXPIRED')
  }
}

/** Thrown when a ticket is checked in again; `details` has bare `checkedInAt`, `gate` and `device`. */
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

/** Thrown when the event has no door with this id. */
export class DoorNotFoundError extends TicketGenerationError {
  constructor({ eventId, doorId }: { eventId: number; doorId: number }) {
    super(`Event ${eventId} has no door ${doorId}.`, 'DOOR_NOT_FOUND')
  }
}

/** Thrown when tickets of a signing key that is still accepted are to be reissued. */
export class KeyInUseError extends TicketGenerationError {
  constructor(kid: number) {
    super(`Signing key ${kid} is still in use. Retire it first with "tickets keys retire --key ${kid}".`, 'KEY_IN_USE')
  }
}

/** Thrown when a finished PDF is larger than MAX_FILE_SIZE. */
export class PdfTooLargeError extends TicketGenerationError {
  constructor(pdfBytes: number, maxFileSize: number) {
    const problem = `is ${pdfBytes} bytes; at most ${maxFileSize} are allowed (MAX_FILE_SIZE)`
    super(`The PDF ${problem}.`, 'PDF_TOO_LARGE', [{ path: 'pdf', problem }])
  }
}

/** Thrown when no batch has this id. */
export class BatchNotFoundError extends TicketGenerationError {
  constructor(batchId: string) {
    super(`No batch has the id ${batchId}.`, 'BATCH_NOT_FOUND')
  }
}

/** Thrown when a batch id is reused with different content. */
export class BatchConflictError extends TicketGenerationError {
  constructor(batchId: string) {
    const problem = 'belongs to a batch with different content; resend the original content, or choose another id'
    super(`A batch with the id ${batchId} already exists with different content.`, 'BATCH_CONFLICT', [
      { path: 'options.batchId', problem },
    ])
  }
}

/** Thrown when a batch has no generated, valid ticket to download. */
export class BatchEmptyError extends TicketGenerationError {
  constructor(batchId: string) {
    super(`The batch ${batchId} has no generated, valid ticket to download.`, 'BATCH_EMPTY')
  }
}

/** Thrown when the last attempt to build a download failed less than a minute ago. */
export class DownloadFailedError extends TicketGenerationError {
  constructor(reason: string | null) {
    super(`The download failed: ${reason ?? 'the cause is unknown.'}`, 'DOWNLOAD_FAILED')
  }
}

/** Thrown when a ticket is not available in the requested format. */
export class FormatNotAvailableError extends TicketGenerationError {
  constructor(reason: string) {
    super(reason, 'FORMAT_NOT_AVAILABLE')
  }
}
