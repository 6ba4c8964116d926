import type { FieldProblem } from '../contract/errors.ts'
import type { TemplateProblem } from '../contract/template-check.ts'
import type { TicketRow } from '../database/tickets.ts'
import { errorClass, TicketGenerationError } from '../errors.ts'
import { eventVariables } from '../template/variables.ts'

/** Thrown when the event is not registered. */
export const EventNotFoundError = errorClass(
  'EVENT_NOT_FOUND',
  (id: number) => `No event with id ${id} is registered. Register it with PUT /api/events/${id}.`,
)

/** Thrown when the event has no guest with this id. */
export const GuestNotFoundError = errorClass(
  'GUEST_NOT_FOUND',
  (eventId: number, guestId: number) => `Event ${eventId} has no guest ${guestId}.`,
)

/** Thrown when a door searches guests with a pass that does not cover them. */
export const GuestListForbiddenError = errorClass(
  'FORBIDDEN',
  () => 'This door pass does not cover the list of guests. Make a pass with "guestList": true.',
)

/** Thrown when no template has this id, or the template lacks the requested version. */
export const TemplateNotFoundError = errorClass('TEMPLATE_NOT_FOUND', (id: number, version?: number) =>
  version === undefined ? `No template has the id ${id}.` : `Template ${id} has no version ${version}.`,
)

/** Thrown when an archived template is asked for new tickets or a new version. */
export const TemplateArchivedError = errorClass(
  'TEMPLATE_ARCHIVED',
  (id: number) => `Template ${id} is archived. Restore it with POST /api/templates/${id}/archive and { "undo": true }.`,
)

/** Thrown when a new version is sent for a template that is built into the service. */
export const TemplateBuiltInError = errorClass(
  'TEMPLATE_BUILT_IN',
  (id: number) => `Template ${id} is built in and read-only. Add your own with POST /api/templates.`,
)

/**
 * Thrown when the check or trial of a template finds errors; `details` lists the first by line and column.
 */
export class TemplateRefusedError extends TicketGenerationError {
  constructor(errors: TemplateProblem[], omittedCount = 0) {
    const total = errors.length + omittedCount
    const count = total === 1 ? 'an error' : `${total} errors`
    const first = omittedCount > 0 ? ` for the first ${errors.length}` : ''
    const details = errors.map((error) => ({
      path: locationOf(error),
      problem: [error.message, error.advice].filter(Boolean).join('; '),
    }))
    super(`The template has ${count}; see details${first}.`, 'TEMPLATE_INVALID', details)
  }
}

function locationOf({ line, column, guest }: TemplateProblem): string {
  if (line !== undefined) return `line ${line}, column ${column ?? 1}`
  return guest === undefined ? 'source' : `trial print for ${guest}`
}

/** Thrown when neither the request nor the registry has data that the template requires. */
export const MissingDataError = errorClass('MISSING_DATA', (names: string[]) => ({
  message: `Data is missing: ${names.join(', ')}.`,
  details: names.map(missingField),
}))

/** Explains how to supply a missing field: a registered event's facts come only from its registration. */
function missingField(name: string): FieldProblem {
  const how = eventVariables.has(name) ? '; set it for a registered event with PUT /api/events/{eventId}' : ''
  return { path: `data.${name}`, problem: `is required by the template and not registered${how}` }
}

/** Thrown when no ticket has this id, or the ticket has no PDF yet. */
export const TicketNotFoundError = errorClass(
  'TICKET_NOT_FOUND',
  (id: number, reason: string = `No ticket has the id ${id}.`) => reason,
)

/** Thrown when a revoked ticket is checked in or reissued. */
export const TicketRevokedError = errorClass('TICKET_REVOKED', ({ id, superseded_by }: TicketRow) =>
  superseded_by ? `Ticket ${id} was replaced by ticket ${superseded_by}.` : `Ticket ${id} was revoked.`,
)

/** Thrown when a superseded ticket is revoked while its replacement is valid. */
export const TicketSupersededError = errorClass(
  'TICKET_REVOKED',
  ({ ticketId, validId }: { ticketId: number; validId: number }) =>
    `Ticket ${ticketId} was replaced by ticket ${validId}, which is valid. Revoke ticket ${validId} to keep the guest out.`,
)

/** Thrown when an expired ticket is checked in. */
export const TicketExpiredError = errorClass(
  'TICKET_EXPIRED',
  ({ id, expires_at }: TicketRow) => `Ticket ${id} expired${expires_at ? ` at ${expires_at.toISOString()}` : ''}.`,
)

/** Thrown when a ticket is checked in before it is valid. */
export const TicketNotYetValidError = errorClass(
  'TICKET_NOT_YET_VALID',
  ({ id, valid_from }: TicketRow) => `Ticket ${id} is valid from ${valid_from?.toISOString()}.`,
)

/** Thrown when a guest who is not inside leaves, or an exit that another device made is undone. */
export const NotInsideError = errorClass('NOT_INSIDE', ({ id, inside, checked_in_at }: TicketRow) => {
  if (inside) return `The exit of ticket ${id} was made by another device.`
  return checked_in_at ? `The guest of ticket ${id} has left.` : `The guest of ticket ${id} has not entered.`
})

/** Thrown when a ticket is checked in again; `details` has bare `checkedInAt`, `gate` and `device`. */
export const AlreadyCheckedInError = errorClass('ALREADY_CHECKED_IN', (ticket: TicketRow) => {
  const { checked_in_at, checked_in_gate: gate, checked_in_device: device } = ticket
  const facts = { checkedInAt: checked_in_at?.toISOString() ?? '', gate, device }
  const place = [gate && `gate ${gate}`, device].filter(Boolean).join(', ')
  return {
    message: `This ticket was checked in at ${facts.checkedInAt}${place && ` (${place})`}.`,
    details: Object.entries(facts).flatMap(([path, problem]) => (problem === null ? [] : [{ path, problem }])),
  }
})

/** Thrown when no guest list of the event has this id, or it is older than a day. */
export const GuestListNotFoundError = errorClass('GUEST_LIST_NOT_FOUND', (eventId: number, id: string) => {
  const problem = 'is not stored: it was not uploaded, or more than a day ago'
  const message = `The guest list ${id} of event ${eventId} ${problem}. Upload it with POST /api/events/${eventId}/guest-lists.`
  return { message, details: [{ path: 'guestListId', problem }] }
})

/** Thrown when an uploaded guest list is too large. */
export const GuestListTooLargeError = errorClass('PAYLOAD_TOO_LARGE', (bytes: number, mostBytes: number) => {
  const problem = `is ${bytes} bytes; at most ${mostBytes} are allowed`
  return { message: `The guest list ${problem}.`, details: [{ path: 'guestListId', problem }] }
})

/** Thrown when the event has no door with this id. */
export const DoorNotFoundError = errorClass(
  'DOOR_NOT_FOUND',
  ({ eventId, doorId }: { eventId: number; doorId: number }) => `Event ${eventId} has no door ${doorId}.`,
)

/** Thrown when the tickets of a signing key are reissued while it is still accepted. */
export const KeyInUseError = errorClass(
  'KEY_IN_USE',
  (kid: number) => `Signing key ${kid} is still in use. Retire it first with "tickets keys retire --key ${kid}".`,
)

/** Thrown when no signing key has this id, retired or not, and no valid ticket names it. */
export const KeyNotFoundError = errorClass('KEY_NOT_FOUND', (kid: number) => `No signing key has the id ${kid}.`)

/** Thrown when a finished PDF is larger than MAX_FILE_SIZE. */
export const PdfTooLargeError = errorClass('PDF_TOO_LARGE', (pdfBytes: number, maxFileSize: number) => {
  const problem = `is ${pdfBytes} bytes; at most ${maxFileSize} are allowed (MAX_FILE_SIZE)`
  return { message: `The PDF ${problem}.`, details: [{ path: 'pdf', problem }] }
})

/** Thrown when no batch has this id. */
export const BatchNotFoundError = errorClass('BATCH_NOT_FOUND', (id: string) => `No batch has the id ${id}.`)

/** Thrown when a batch id is reused with different content. */
export const BatchConflictError = errorClass('BATCH_CONFLICT', (id: string) => {
  const problem = 'belongs to a batch with different content; resend the original content, or choose another id'
  const message = `A batch with the id ${id} already exists with different content.`
  return { message, details: [{ path: 'options.batchId', problem }] }
})

/** Thrown when a batch has no generated, valid ticket to download. */
export const BatchEmptyError = errorClass(
  'BATCH_EMPTY',
  (id: string) => `The batch ${id} has no generated, valid ticket to download.`,
)

/** Thrown when the last attempt to build a download failed less than a minute ago. */
export const DownloadFailedError = errorClass(
  'DOWNLOAD_FAILED',
  (reason: string | null) => `The download failed: ${reason ?? 'the cause is unknown.'}`,
)

/** Thrown when a ticket is not available in the requested format. */
export const FormatNotAvailableError = errorClass('FORMAT_NOT_AVAILABLE', (reason: string) => reason)

/** Thrown when a ticket is still being printed after the longest time that a guest should wait. */
export const TicketPrintingError = errorClass('TICKET_PRINTING', () => 'The ticket is being printed. Ask again in a moment.')
