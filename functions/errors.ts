import { type ErrorCode, errorCodes, type FieldProblem } from './contract/errors.ts'
import type { Branding } from './contract/schemas/branding.ts'

/**
 * The base class of all errors that a caller can act on; each subclass has one code, whose HTTP status is
 * `status`. Source of the shape: the original specification, "Gestion des erreurs".
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

  /**
   * The branding of its event, for the error page of a guest. Private, so that its pictures never reach a
   * log.
   */
  get branding(): Branding | null {
    return this.#branding
  }

  /** Adds the branding of the error's event. */
  withBranding(branding: Branding | null): this {
    this.#branding = branding
    return this
  }
}

/** The text of an error, with its details and cause, if any. */
interface ErrorText {
  message: string
  details?: FieldProblem[]
  cause?: unknown
}

/** Creates an error class named after its code; `describe` receives the arguments of the constructor. */
export function errorClass<Args extends unknown[]>(code: ErrorCode, describe: (...args: Args) => string | ErrorText) {
  const name = `${code.toLowerCase().replace(/(?:^|_)[a-z]/g, (start) => start.slice(-1).toUpperCase())}Error`
  return class extends TicketGenerationError {
    constructor(...args: Args) {
      const text = describe(...args)
      const { message, details, cause }: ErrorText = typeof text === 'string' ? { message: text } : text
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

/** An error for a print that exceeded its deadline, even in a fresh browser. */
export class RenderTimeoutError extends TicketGenerationError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, 'RENDER_TIMEOUT', [], options)
  }
}

/** An error for a browser that cannot start or is closing: a fault of the machine, not of the tickets. */
export class BrowserUnavailableError extends RenderFailedError {}

/** A fault with a known cause. Without a code, it gets that of the unavailable part. */
interface KnownFault {
  /** Matches SQLSTATEs (PostgreSQL, appendix A), error codes of Node, and names of AWS errors. */
  signs: RegExp
  /** Matches the message of an error, or the body of an answer. */
  words?: RegExp
  code?: ErrorCode
  describe: (part: string) => string
}

const knownFaults: readonly KnownFault[] = [
  {
    signs: /^(53100|ENOSPC|EDQUOT|SQLITE_FULL)$/,
    words: /\bENOSPC\b|no space left on device|database or disk is full/i,
    code: 'DISK_FULL',
    describe: (part) => `The disk of the ${part} is full. It is safe to retry once there is space.`,
  },
  {
    signs: /^(EMFILE|ENFILE)$/,
    words: /\bE[MN]FILE\b/,
    code: 'OUT_OF_FILES',
    describe: () => 'The service has too many open files. It is safe to retry.',
  },
  {
    signs: /^53000$/,
    words: /too many open files/i,
    code: 'OUT_OF_FILES',
    describe: (part) => `The ${part} has too many open files. It is safe to retry.`,
  },
  {
    signs: /^25006$/,
    code: 'DATABASE_READ_ONLY',
    describe: () => 'The database is read-only. It is safe to retry.',
  },
  { signs: /^53300$/, describe: () => 'The database has no connection left. It is safe to retry.' },
  { signs: /^53200$/, describe: () => 'The database is out of memory. It is safe to retry.' },
  { signs: /^NoSuchBucket$/, describe: () => 'The bucket of the tickets does not exist. It is safe to retry once it does.' },
  {
    signs: /^(QueueDoesNotExist|AWS\.SimpleQueueService\.NonExistentQueue)$/,
    describe: () => 'The queue does not exist. It is safe to retry once it does.',
  },
  {
    signs: /^(RequestTimeTooSkewed|RequestExpired)$/,
    words: /^signature (expired|not yet current)/i,
    code: 'CLOCK_WRONG',
    describe: (part) => `The ${part} refuses the request, because the clock of the service is wrong. It is safe to retry.`,
  },
]

/** An error for an unavailable part of the service; code and message give the cause where it is known. */
export class PartUnavailableError extends TicketGenerationError {
  constructor(part: string, code: ErrorCode, cause: unknown) {
    const fault = findFault(cause)
    const message = fault?.describe(part) ?? `The ${part} is unavailable. It is safe to retry.`
    super(message, fault?.code ?? code, [], { cause })
  }
}

/** Recognises a full disk, or too many open files, of this process. */
export function isMachineFault(error: unknown): boolean {
  return listCauses(error).some((each) => /^(ENOSPC|EDQUOT|EMFILE|ENFILE)$/.test(signOf(each, 'code')))
}

/** Finds the known fault behind an error of Node, PostgreSQL or AWS. */
export function findFault(error: unknown): KnownFault | undefined {
  const causes = listCauses(error)
  return knownFaults.find(({ signs, words }) =>
    causes.some(
      (each) =>
        ['code', 'name', 'Code'].some((name) => signs.test(signOf(each, name))) ||
        ['message', '$responseBodyText'].some((name) => words?.test(signOf(each, name))),
    ),
  )
}

/** Lists an error with its causes, including the errors that an AggregateError collects. */
function listCauses(error: unknown): object[] {
  if (typeof error !== 'object' || error === null) return []
  const attempts: unknown[] = error instanceof AggregateError ? error.errors : []
  return [error, ...[...attempts, 'cause' in error ? error.cause : undefined].flatMap(listCauses)]
}

function signOf(error: object, name: string): string {
  return name in error ? String(Reflect.get(error, name)) : ''
}
