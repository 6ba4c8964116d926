import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { awsTimeouts } from '../contract/retries.ts'
import type { DownloadRequest } from '../contract/schemas/download.ts'
import { TicketGenerationError } from '../errors.ts'

/** Reaches the function that makes downloads through Lambda's Invoke API. */
export interface DownloadMaker {
  /**
   * Has a download made and does not wait for it.
   * @throws DownloadMakerUnavailableError when the function cannot be invoked.
   */
  start(request: DownloadRequest): Promise<void>
}

/** Says that the function that makes downloads cannot be invoked. */
export class DownloadMakerUnavailableError extends TicketGenerationError {
  constructor(cause: unknown) {
    super('The download cannot be made now. Try again.', 'QUEUE_UNAVAILABLE', [], { cause })
  }
}

/** Opens the way to the named function. */
export function openDownloadMaker(functionName: string): DownloadMaker {
  const lambda = new LambdaClient({ requestHandler: awsTimeouts })
  return {
    async start(request) {
      const Payload = Buffer.from(JSON.stringify(request))
      const command = new InvokeCommand({ FunctionName: functionName, InvocationType: 'Event', Payload })
      await lambda.send(command).catch((error) => {
        throw new DownloadMakerUnavailableError(error)
      })
    },
  }
}
