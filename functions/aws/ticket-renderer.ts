import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { invocation } from '../contract/retries.ts'
import { type RenderAnswer, type RenderRequest, renderAnswer, type TrialRequest } from '../contract/schemas/render.ts'
import { RenderFailedError, RenderTimeoutError, TicketGenerationError } from '../errors.ts'

/** The render function, through Lambda's Invoke API. */
export interface TicketRenderer {
  /**
   * Asks the render function and waits for its answer.
   * @throws RenderTimeoutError when the function ran out of its time.
   * @throws RenderFailedError when it crashed twice.
   * @throws RendererUnavailableError when it cannot be invoked.
   */
  ask(request: RenderRequest): Promise<RenderAnswer>
}

/** The render function of templates, through Lambda's Invoke API. */
export interface TemplateRenderer {
  /** @throws what TicketRenderer's `ask` throws. */
  ask(request: TrialRequest): Promise<RenderAnswer>
}

/** An error for a render function that cannot be invoked. */
export class RendererUnavailableError extends TicketGenerationError {
  constructor(cause: unknown) {
    super('The renderer is unavailable. It is safe to retry.', 'QUEUE_UNAVAILABLE', [], { cause })
  }
}

/**
 * Opens the named function. A crashed one is invoked once more: printing the same items again is harmless.
 */
export function openTicketRenderer(functionName: string): TicketRenderer & TemplateRenderer {
  const lambda = new LambdaClient(invocation)
  const invoke = async (request: RenderRequest | TrialRequest) => {
    const command = new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(request)) })
    const answer = await lambda.send(command).catch((error) => {
      throw new RendererUnavailableError(error)
    })
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
  return /timed out/i.test(payload)
    ? new RenderTimeoutError('Printing the ticket took too long.', { cause })
    : new RenderFailedError('The renderer crashed while it printed the ticket.', { cause })
}
