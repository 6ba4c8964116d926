/** Lists the exit statuses of the command line: what a script that calls it can tell apart. */
export const exitCodes = { done: 0, incomplete: 1, badInput: 2, unreachable: 3, interrupted: 130 } as const

/** Is one of the exit statuses. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** Says what is wrong with one field, of one line where it stands in a file; the problem says what is allowed. */
export interface Detail {
  line?: number
  path: string
  problem: string
}

/**
 * Is the family of what can end a command before its work is done. `hint` is a sentence on how to go on; whoever knows it may add it
 * on the way up.
 */
export abstract class CommandFailure extends Error {
  abstract readonly exitCode: ExitCode
  abstract readonly code: string
  details: readonly Detail[] = []
  hint: string | undefined
}

/** Says that what the person typed, or a file they named, cannot be used. Nothing was sent. */
export class BadInput extends CommandFailure {
  readonly exitCode = exitCodes.badInput
  readonly code = 'BAD_INPUT'

  constructor(message: string, details: readonly Detail[] = [], options?: ErrorOptions) {
    super(message, options)
    this.details = details
  }
}

/** Says that the service answered in the contract's error shape. */
export class ServiceRefusal extends CommandFailure {
  readonly exitCode = exitCodes.incomplete
  readonly code: string

  constructor(error: { code: string; message: string; details: readonly Detail[]; requestId: string }) {
    super(`The service refused: ${error.message} (${error.code}, request ${error.requestId})`)
    this.code = error.code
    this.details = error.details
  }
}

/** Says that the service could not be reached, or answered nothing of use, until patience ran out. */
export class ServiceUnreachable extends CommandFailure {
  readonly exitCode = exitCodes.unreachable
  readonly code = 'SERVICE_UNREACHABLE'
}

/** Says that something answers at the address which does not speak the service's contract. */
export class ForeignAnswer extends CommandFailure {
  readonly exitCode = exitCodes.unreachable
  readonly code = 'FOREIGN_ANSWER'
}

/** Says that a PDF could not be written into its folder. */
export class FileNotWritten extends CommandFailure {
  readonly exitCode = exitCodes.incomplete
  readonly code = 'FILE_NOT_WRITTEN'
}

/** Says that the person pressed Ctrl-C. */
export class Interrupted extends CommandFailure {
  readonly exitCode = exitCodes.interrupted
  readonly code = 'INTERRUPTED'

  constructor() {
    super('Interrupted.')
  }
}

/** Gives the message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
