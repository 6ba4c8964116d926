import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { awsTimeouts } from '../contract/retries.ts'
import { reach } from './reach.ts'

/** A function that works in the background, through Lambda's Invoke API. */
export interface BackgroundFunction<Request> {
  /** Starts the work without waiting for it. */
  start(request: Request): Promise<void>
}

/** Opens the named function. */
export function openBackgroundFunction<Request>(functionName: string): BackgroundFunction<Request> {
  const lambda = new LambdaClient({ requestHandler: awsTimeouts })
  return {
    async start(request) {
      const Payload = Buffer.from(JSON.stringify(request))
      const command = new InvokeCommand({ FunctionName: functionName, InvocationType: 'Event', Payload })
      await reach(`function ${functionName}`, lambda.send(command))
    },
  }
}
