import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import type { Origin } from '../contract/origin.ts'
import { invocation } from '../contract/retries.ts'
import { type RenderAnswer, type RenderRequest, renderAnswer, type TrialRequest } from '../contract/schemas/render.ts'
import { findFault, RenderFailedError, RenderTimeoutError, type TicketGenerationError } from '../errors.ts'
import { QueueUnavailableError, reach } from './reach.ts'

/** A render function, through Lambda's Invoke API. */
interface Renderer<Request> {
  /**
   * Asks the render function and waits for its answer. @throws RenderTimeoutError when it ran out of time,
   * RenderFailedError when it crashed twice, TicketGenerationError when it cannot be invoked.
   */
  ask(request: Request): Promise<RenderAnswer>
}

/** The render function of tickets. */
export type TicketRenderer = Renderer<RenderRequest>

/** The render function of templates. */
export type TemplateRenderer = Renderer<TrialRequest>

/**
 * Opens the named function. Its event carries the origin of the request. After a crash it is invoked once more, since
 * printing the same items again is harmless.
 */
export function openTicketRenderer(functionName: string, originOf: () => Origin): TicketRenderer & TemplateRenderer {
  const lambda = new LambdaClient(invocation)
  const invoke = async (request: RenderRequest | TrialRequest) => {
    const Payload = Buffer.from(JSON.stringify({ ...request, origin: originOf() }))
    const command = new InvokeCommand({ FunctionName: functionName, Payload })
    const answer = await reach('renderer', lambda.send(command))
    const payload = Buffer.from(answer.Payload ?? []).toString()
    if (answer.FunctionError) throw faultOf(payload)
    return renderAnswer.parse(JSON.parse(payload))
  }
  return {
    ask: (request: RenderRequest | TrialRequest) =>
      invoke(request).catch((error) => {
        if (error instanceof RenderFailedError) return invoke(request)
        throw error
      }),
  }
}

function faultOf(payload: string): TicketGenerationError {
  const cause = new Error(`The render function failed: ${payload.slice(0, 1000)}`)
  if (findFault(cause)) return new QueueUnavailableError('renderer', cause)
  return /timed out/i.test(payload)
    ? new RenderTimeoutError('Printing the ticket took too long.', { cause })
    : new RenderFailedError('The renderer crashed while it printed the ticket.', { cause })
}
