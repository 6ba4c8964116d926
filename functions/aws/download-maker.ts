import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { awsTimeouts } from '../contract/retries.ts'
import type { DownloadRequest } from '../contract/schemas/download.ts'
import { TicketGenerationError } from '../errors.ts'

/** The function that makes downloads, through Lambda's Invoke API. */
export interface DownloadMaker {
  /** Starts making a download without waiting for it. */
  start(request: DownloadRequest): Promise<void>
}

/** An error for a download function that cannot be invoked. */
export class DownloadMakerUnavailableError extends TicketGenerationError {
  constructor(cause: unknown) {
    super('The download cannot be started now. It is safe to retry.', 'QUEUE_UNAVAILABLE', [], { cause })
  }
}

/** Opens the named function. */
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
