import { type ErrorCode, errorCodes, type FieldProblem } from './contract/errors.ts'
import type { Branding } from './contract/schemas/branding.ts'

/**
 * The base class of all errors that a caller can act on; subclasses fix the code. Shape as in the original
 * specification, "Gestion des erreurs". `status` is the HTTP status of the code.
 */
export class TicketGenerationError extends Error {
  readonly code: ErrorCode
  readonly details: FieldProblem[]
  #branding: Branding | null = null

  constructor(message: string, code: ErrorCode, details: FieldProblem[] = [], options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
    this.code = code
    this.details = details
  }

  get status(): number {
    return errorCodes[this.code].status
  }

  /** The branding of the event it is about, for the page that tells a guest. Private, so that no log writes its pictures. */
  get branding(): Branding | null {
    return this.#branding
  }

  /** Adds the branding of the event that the error is about. */
  withBranding(branding: Branding | null): this {
    this.#branding = branding
    return this
  }
}

/** What an error says, where it is more than a message. */
interface ErrorText {
  message: string
  details?: FieldProblem[]
  cause?: unknown
}

/** Makes a class of errors named after their code; `describe` gets the arguments of its constructor. */
export function errorClass<Args extends unknown[]>(code: ErrorCode, describe: (...args: Args) => string | ErrorText) {
  const name = `${code.toLowerCase().replace(/(?:^|_)[a-z]/g, (start) => start.slice(-1).toUpperCase())}Error`
  return class extends TicketGenerationError {
    constructor(...args: Args) {
      const said = describe(...args)
      const { message, details, cause }: ErrorText = typeof said === 'string' ? { message: said } : said
      super(message, code, details, cause === undefined ? undefined : { cause })
      this.name = name
    }
  }
}

/** An error for an invalid request; `details` lists every invalid field. */
export class ValidationError extends TicketGenerationError {
  constructor(message: string, details: FieldProblem[]) {
    super(message, 'VALIDATION_FAILED', details)
  }
}

/** An error for a template that cannot be compiled or filled; `details` names line and column. */
export class TemplateInvalidError extends TicketGenerationError {
  constructor(message: string, details: FieldProblem[], options?: ErrorOptions) {
    super(message, 'TEMPLATE_INVALID', details, options)
  }
}

/** An error for a document that a working browser could not print. */
export class RenderFailedError extends TicketGenerationError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, 'RENDER_FAILED', [], options)
  }
}

/** An error for a print that exceeded its deadline, on a fresh browser too. */
export class RenderTimeoutError extends TicketGenerationError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, 'RENDER_TIMEOUT', [], options)
  }
}

/** An error for a browser that cannot start or is closing: a fault of the machine, not of the tickets. */
export class BrowserUnavailableError extends RenderFailedError {}
