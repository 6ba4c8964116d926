import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { awsTimeouts } from '../contract/retries.ts'
import { TicketGenerationError } from '../errors.ts'

/** A function that works in the background, through Lambda's Invoke API. */
export interface BackgroundFunction<Request> {
  /**
   * Starts the work without waiting for it.
   * @throws BackgroundFunctionUnavailableError when the function cannot be invoked.
   */
  start(request: Request): Promise<void>
}

/** An error for a background function that cannot be invoked. */
export class BackgroundFunctionUnavailableError extends TicketGenerationError {
  constructor(cause: unknown) {
    super('The work cannot be started now. It is safe to retry.', 'QUEUE_UNAVAILABLE', [], { cause })
  }
}

/** Opens the named function. */
export function openBackgroundFunction<Request>(functionName: string): BackgroundFunction<Request> {
  const lambda = new LambdaClient({ requestHandler: awsTimeouts })
  return {
    async start(request) {
      const Payload = Buffer.from(JSON.stringify(request))
      const command = new InvokeCommand({ FunctionName: functionName, InvocationType: 'Event', Payload })
      await lambda.send(command).catch((error) => {
        throw new BackgroundFunctionUnavailableError(error)
      })
    },
  }
}
