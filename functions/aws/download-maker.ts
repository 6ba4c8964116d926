import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { awsTimeouts } from '../contract/retries.ts'
import type { DownloadRequest } from '../contract/schemas/download.ts'
import { reach } from './reach.ts'

/** The function that makes downloads, through Lambda's Invoke API. */
export interface DownloadMaker {
  /** Starts making a download without waiting for it. */
  start(request: DownloadRequest): Promise<void>
}

/** Opens the named function. */
export function openDownloadMaker(functionName: string): DownloadMaker {
  const lambda = new LambdaClient({ requestHandler: awsTimeouts })
  return {
    async start(request) {
      const Payload = Buffer.from(JSON.stringify(request))
      const command = new InvokeCommand({ FunctionName: functionName, InvocationType: 'Event', Payload })
      await reach('download function', lambda.send(command))
    },
  }
}
