import type { FieldProblem } from '../contract/errors.ts'
import { TicketGenerationError } from '../errors.ts'
import { eventVariables } from '../template/variables.ts'

/** Says that no event has this id. */
export class EventNotFoundError extends TicketGenerationError {
  constructor(eventId: number) {
    super(`No event with id ${eventId} is registered. Register it with PUT /api/events/${eventId}.`, 'EVENT_NOT_FOUND')
  }
}

/** Says that no template has this id, or not the version that was named. */
export class TemplateNotFoundError extends TicketGenerationError {
  constructor(templateId: number, version?: number) {
    const what =
      version === undefined ? `No template has the id ${templateId}` : `Template ${templateId} has no version ${version}`
    super(`${what}.`, 'TEMPLATE_NOT_FOUND')
  }
}

/** Says that no ticket has this id, or that it has no PDF yet. */
export class TicketNotFoundError extends TicketGenerationError {
  constructor(ticketId: number, why = `No ticket has the id ${ticketId}.`) {
    super(why, 'TICKET_NOT_FOUND')
  }
}

/** Says which data a template needs that neither the request nor the registry has. */
export class MissingDataError extends TicketGenerationError {
  constructor(names: string[]) {
    super(`Data is missing: ${names.join(', ')}.`, 'MISSING_DATA', missingFields(names))
  }
}

/** Tells of each name that a template needs how to give it: a registered event's facts come from its registration alone. */
function missingFields(names: string[]): FieldProblem[] {
  return names.map((name) => {
    const how = eventVariables.has(name) ? '; to a registered event it is given with PUT /api/events/{eventId}' : ''
    return { path: `data.${name}`, problem: `is needed by the template and not registered${how}` }
  })
}

/** Says that a finished PDF is larger than MAX_FILE_SIZE. */
export class PdfTooLargeError extends TicketGenerationError {
  constructor(pdfBytes: number, maxFileSize: number) {
    const problem = `is ${pdfBytes} bytes; at most ${maxFileSize} are allowed (MAX_FILE_SIZE)`
    super(`The PDF ${problem}.`, 'PDF_TOO_LARGE', [{ path: 'pdf', problem }])
  }
}

/** Says that no batch has this id. */
export class BatchNotFoundError extends TicketGenerationError {
  constructor(batchId: string) {
    super(`No batch has the id ${batchId}.`, 'BATCH_NOT_FOUND')
  }
}

/** Says that a batch has no ticket that could be downloaded. */
export class BatchEmptyError extends TicketGenerationError {
  constructor(batchId: string) {
    super(`The batch ${batchId} has no ticket that is generated and good.`, 'BATCH_EMPTY')
  }
}

/** Says that a download could not be made. */
export class DownloadFailedError extends TicketGenerationError {
  constructor(reason: string | null) {
    super(`The download could not be made: ${reason ?? 'the reason is not known.'}`, 'DOWNLOAD_FAILED')
  }
}

/** Says that a batch with this id exists, with other content. */
export class BatchConflictError extends TicketGenerationError {
  constructor(batchId: string) {
    const problem = 'names a batch that was made from other content; send that content again, or choose another id'
    super(`A batch with the id ${batchId} exists already, with other content.`, 'BATCH_CONFLICT', [
      { path: 'options.batchId', problem },
    ])
  }
}

/** Says that a ticket is not to be had in the form asked for. */
export class FormatNotAvailableError extends TicketGenerationError {
  constructor(why: string) {
    super(why, 'FORMAT_NOT_AVAILABLE')
  }
}
