import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import type * as z from 'zod'
import type { Origin } from '../contract/origin.ts'
import { awsTimeouts, invocation } from '../contract/retries.ts'
import { reach } from './reach.ts'

/** A function that works in the background, through Lambda's Invoke API. */
export interface BackgroundFunction<Request> {
  /** Starts the work without waiting for it. */
  start(request: Request): Promise<void>
}

/** Opens the named function. Its event carries the origin of the request. */
export function openBackgroundFunction<Request extends object>(
  functionName: string,
  originOf: () => Origin,
): BackgroundFunction<Request> {
  const lambda = new LambdaClient({ requestHandler: awsTimeouts })
  return {
    async start(request) {
      const Payload = Buffer.from(JSON.stringify({ ...request, origin: originOf() }))
      const command = new InvokeCommand({ FunctionName: functionName, InvocationType: 'Event', Payload })
      await reach(`function ${functionName}`, lambda.send(command))
    },
  }
}

/** A function whose caller waits for its answer, through Lambda's Invoke API. */
export interface AskedFunction<Request, Answer> {
  /** Asks the function. @throws Error when it fails, TicketGenerationError when it cannot be invoked. */
  ask(request: Request): Promise<Answer>
}

/** Opens the named function, whose answers the schema parses. Its event carries the origin of the request. */
export function openAskedFunction<Request extends object, Answer>(
  functionName: string,
  answer: z.ZodType<Answer>,
  originOf: () => Origin,
): AskedFunction<Request, Answer> {
  const lambda = new LambdaClient(invocation)
  return {
    async ask(request) {
      const Payload = Buffer.from(JSON.stringify({ ...request, origin: originOf() }))
      const command = new InvokeCommand({ FunctionName: functionName, Payload })
      const { FunctionError: error, Payload: payload } = await reach(`function ${functionName}`, lambda.send(command))
      if (error) throw new Error(`The function ${functionName} failed: ${error}`)
      return answer.parse(JSON.parse(Buffer.from(payload ?? []).toString()))
    },
  }
}
