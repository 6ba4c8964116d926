import { getSystemErrorMap } from 'node:util'
import type { CoreError } from '../client/core-client.ts'

/** The exit statuses of the command line, for scripts that call it. */
export const exitCodes = { done: 0, incomplete: 1, badInput: 2, unreachable: 3, interrupted: 130 } as const

/** One of the exit statuses. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** A problem of one field, with what is allowed. `line` is the field's line in a file. */
export interface Detail {
  line?: number
  path: string
  problem: string
}

const maxDetails = 100

/**
 * A failure that ends a command early. `details` holds the first 100 problems of `detailCount`. `hint` says
 * what to do next, by line.
 */
export abstract class CommandFailure extends Error {
  abstract readonly exitCode: ExitCode
  abstract readonly code: string
  readonly details: readonly Detail[]
  readonly detailCount: number
  hint: readonly string[] | undefined

  constructor(message: string, details: readonly Detail[] = [], options?: ErrorOptions) {
    super(message, options)
    this.details = details.slice(0, maxDetails)
    this.detailCount = details.length
  }
}

/** An invalid command line, or a file it names that cannot be used. Nothing was sent. */
export class BadInput extends CommandFailure {
  readonly exitCode = exitCodes.badInput
  readonly code = 'BAD_INPUT'
}

/** An error that the service answered in the contract's format. */
export class ServiceRefusal extends CommandFailure {
  readonly exitCode = exitCodes.incomplete
  readonly code: string

  constructor({ code, message, requestId, details }: CoreError) {
    super(`The service refused: ${message} (${code}, request ${requestId})`, details)
    this.code = code ?? ''
  }
}

/** A service without a usable answer until the retries ended. */
export class ServiceUnreachable extends CommandFailure {
  readonly exitCode = exitCodes.unreachable
  readonly code = 'SERVICE_UNREACHABLE'
}

/** An answer that does not come from a ticket service. */
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

/** An interruption by Ctrl-C or SIGTERM. */
export class Interrupted extends CommandFailure {
  readonly exitCode = exitCodes.interrupted
  readonly code = 'INTERRUPTED'

  constructor() {
    super('Interrupted.')
  }
}

/** Returns the message of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Explains a failed file or network access in the operating system's words. */
export function reasonOf(error: unknown): string {
  const { cause = error } = error instanceof Error ? error : {}
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  const [, words] = [...getSystemErrorMap().values()].find(([name]) => name === code) ?? []
  return words ?? (messageOf(cause) || String(code))
}
