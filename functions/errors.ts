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

/** A fault that people know by name. Without a code, the part is unavailable. `says` completes "The disk of the <part>". */
interface KnownFault {
  /** SQLSTATEs (PostgreSQL, appendix A), errors of Node and names of AWS errors; else words of a server's answer. */
  signs: RegExp
  words?: RegExp
  code?: ErrorCode
  says: (part: string) => string
}

const knownFaults: readonly KnownFault[] = [
  {
    signs: /^(53100|ENOSPC|EDQUOT|SQLITE_FULL)$/,
    words: /\bENOSPC\b|no space left on device|database or disk is full/i,
    code: 'DISK_FULL',
    says: (part) => `The disk of the ${part} is full. It is safe to retry once there is space.`,
  },
  {
    signs: /^(EMFILE|ENFILE)$/,
    words: /\bE[MN]FILE\b/,
    code: 'OUT_OF_FILES',
    says: () => 'The service has too many open files. It is safe to retry.',
  },
  {
    signs: /^53000$/,
    words: /too many open files/i,
    code: 'OUT_OF_FILES',
    says: (part) => `The ${part} has too many open files. It is safe to retry.`,
  },
  {
    signs: /^25006$/,
    code: 'DATABASE_READ_ONLY',
    says: () => 'The database takes no changes now: it is read-only. It is safe to retry.',
  },
  { signs: /^53300$/, says: () => 'The database has no connection left. It is safe to retry.' },
  { signs: /^53200$/, says: () => 'The database is out of memory. It is safe to retry.' },
  { signs: /^NoSuchBucket$/, says: () => 'The bucket of the tickets does not exist. It is safe to retry once it does.' },
  {
    signs: /^(QueueDoesNotExist|AWS\.SimpleQueueService\.NonExistentQueue)$/,
    says: () => 'The queue does not exist. It is safe to retry once it does.',
  },
  {
    signs: /^(RequestTimeTooSkewed|RequestExpired)$/,
    words: /^signature (expired|not yet current)/i,
    code: 'CLOCK_WRONG',
    says: (part) => `The ${part} refuses the request, because the clock of the service is wrong. It is safe to retry.`,
  },
]

/** A part of the service that cannot be used now, with the reason in its code and message where that is known. */
export class PartUnavailableError extends TicketGenerationError {
  constructor(part: string, code: ErrorCode, cause: unknown) {
    const fault = findFault(cause)
    const message = fault?.says(part) ?? `The ${part} is unavailable. It is safe to retry.`
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

/** Lists an error, what caused it, and the attempts that an AggregateError collects. */
function listCauses(error: unknown): object[] {
  if (typeof error !== 'object' || error === null) return []
  const attempts: unknown[] = error instanceof AggregateError ? error.errors : []
  return [error, ...[...attempts, 'cause' in error ? error.cause : undefined].flatMap(listCauses)]
}

function signOf(error: object, name: string): string {
  return name in error ? String(Reflect.get(error, name)) : ''
}
