import { CoreError } from '../client/core-client.ts'
import { SigningError } from '../client/signed-fetch.ts'
import { BadInput, ForeignAnswer, reasonOf, ServiceRefusal, ServiceUnreachable } from './failures.ts'

/** Converts an error of the client to a failure of the command; returns any other as it is. */
export function toFailure(error: unknown): unknown {
  if (error instanceof SigningError) return new BadInput(error.message, [], { cause: error })
  if (!(error instanceof CoreError)) return error
  const { code, message, status, isPassing } = error
  const { origin } = new URL(error.address)
  if (status === 0) return new ServiceUnreachable(`${origin} does not answer: ${reasonOf(error)}.`, [], { cause: error })
  if (isPassing) {
    const reason = code === null ? `status ${status}.` : `${message} (${code})`
    return new ServiceUnreachable(`${origin} is not available: ${reason}`, [], { cause: error })
  }
  return code === null ? new ForeignAnswer(message, [], { cause: error }) : new ServiceRefusal(error)
}
