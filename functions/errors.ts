import { type ErrorCode, errorCodes, type FieldProblem } from './contract/errors.ts'

/**
 * Is the family of all errors that a caller can act on; the subclasses fix the code. Shape as in the original
 * specification, "Gestion des erreurs". `status` is the HTTP status of the code.
 */
export class TicketGenerationError extends Error {
  readonly code: ErrorCode
  readonly details: FieldProblem[]

  constructor(message: string, code: ErrorCode, details: FieldProblem[] = [], options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
    this.code = code
    this.details = details
  }

  get status(): number {
    return errorCodes[this.code].status
  }
}

/** Says that the request is not what the route takes; `details` lists every bad field. */
export class ValidationError extends TicketGenerationError {
  constructor(message: string, details: FieldProblem[]) {
    super(message, 'VALIDATION_FAILED', details)
  }
}

/** Says that a template's source cannot be compiled or filled; `details` names line and column. */
export class TemplateInvalidError extends TicketGenerationError {
  constructor(message: string, details: FieldProblem[], options?: ErrorOptions) {
    super(message, 'TEMPLATE_INVALID', details, options)
  }
}

/** Says that the browser could not print what it was given, although it works. */
export class RenderFailedError extends TicketGenerationError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, 'RENDER_FAILED', [], options)
  }
}

/** Says that printing took longer than its deadline, on a fresh browser too. */
export class RenderTimeoutError extends TicketGenerationError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, 'RENDER_TIMEOUT', [], options)
  }
}

/** Says that no browser could be started, or that it is closing: a fault of the machine, which passes or is mended, and says nothing of the tickets. */
export class BrowserUnavailableError extends RenderFailedError {}
