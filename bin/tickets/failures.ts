/** The exit statuses of the command line, for scripts that call it. */
export const exitCodes = { done: 0, incomplete: 1, badInput: 2, unreachable: 3, interrupted: 130 } as const

/** One of the exit statuses. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** What is wrong with one field, and what is allowed there. `line` is the field's line in a file. */
export interface Detail {
  line?: number
  path: string
  problem: string
}

const mostDetails = 100

/**
 * The family of failures that end a command before its work is done. Reports stay small: `details` holds the
 * first 100, and `detailCount` counts all of them. `hint` says how to go on, in lines; a caller that knows it
 * may add it on the way up.
 */
export abstract class CommandFailure extends Error {
  abstract readonly exitCode: ExitCode
  abstract readonly code: string
  readonly details: readonly Detail[]
  readonly detailCount: number
  hint: readonly string[] | undefined

  constructor(message: string, details: readonly Detail[] = [], options?: ErrorOptions) {
    super(message, options)
    this.details = details.slice(0, mostDetails)
    this.detailCount = details.length
  }
}

/** A command line, or a file that it names, that cannot be used. Nothing was sent. */
export class BadInput extends CommandFailure {
  readonly exitCode = exitCodes.badInput
  readonly code = 'BAD_INPUT'
}

/** An error answer of the service, in the contract's shape. */
export class ServiceRefusal extends CommandFailure {
  readonly exitCode = exitCodes.incomplete
  readonly code: string

  constructor(error: { code: string; message: string; details: readonly Detail[]; requestId: string }) {
    super(`The service refused: ${error.message} (${error.code}, request ${error.requestId})`, error.details)
    this.code = error.code
  }
}

/** A service that could not be reached, or gave no usable answer within the time for retries. */
export class ServiceUnreachable extends CommandFailure {
  readonly exitCode = exitCodes.unreachable
  readonly code = 'SERVICE_UNREACHABLE'

  constructor(message: string, options?: ErrorOptions) {
    super(message, [], options)
  }
}

/** An answer of something that is not the ticket service. */
export class ForeignAnswer extends CommandFailure {
  readonly exitCode = exitCodes.unreachable
  readonly code = 'FOREIGN_ANSWER'
}

/** A file that could not be written. */
export class FileNotWritten extends CommandFailure {
  readonly exitCode = exitCodes.incomplete
  readonly code = 'FILE_NOT_WRITTEN'

  constructor(path: string, cause: unknown) {
    super(`${path} cannot be written: ${reasonOf(cause)}.`, [], { cause })
  }
}

/** Ctrl-C, or the signal of whoever started the command. */
export class Interrupted extends CommandFailure {
  readonly exitCode = exitCodes.interrupted
  readonly code = 'INTERRUPTED'

  constructor() {
    super('Interrupted.')
  }
}

/** Reads the message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

const reasons: Record<string, string> = {
  EACCES: 'permission is denied',
  EEXIST: 'there is a file of that name',
  EFBIG: 'it is too large',
  EISDIR: 'it is a folder',
  ELOOP: 'its symbolic links lead in a circle',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'its name is too long',
  ENOENT: 'it does not exist',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'part of its path is a file, not a folder',
  EPERM: 'permission is denied',
  EROFS: 'the disk is read-only',
}

/** Explains in words why the operating system refused a file or folder. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return reasons[code] ?? messageOf(error)
}
