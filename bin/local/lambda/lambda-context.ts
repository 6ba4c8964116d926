import type { Context } from 'aws-lambda'
import * as z from 'zod'

/** Maximum size of a synchronous invocation's request and of its response (AWS Lambda quotas). */
export const maximumPayloadBytes = 6 * 1024 * 1024

/** Describes a response that Lambda would refuse, in its words; undefined for one that it takes. */
export function findResponseProblem(payload: string): string | undefined {
  const size = Buffer.byteLength(payload)
  if (size <= maximumPayloadBytes) return undefined
  return `Response payload size (${size} bytes) exceeded maximum allowed payload size (${maximumPayloadBytes} bytes).`
}

const invocation = z.object({ requestId: z.string(), functionName: z.string(), deadline: z.number() })

/** An invocation of a function. `deadline` is in milliseconds since 1970. */
export type Invocation = z.output<typeof invocation>

/** Schema of the Lambda service's message to a function environment: one invocation, with its event as JSON. */
export const invocationMessage = invocation.extend({ event: z.string() })

/** Schema of a function environment's message to the Lambda service: ready, or an outcome as JSON. */
export const answer = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('result'), payload: z.string() }),
  z.object({ type: z.literal('error'), payload: z.string() }),
])

/** A function environment's message to the Lambda service. */
export type Answer = z.output<typeof answer>

/** Builds the context object that Lambda passes to a handler with the event. */
export function makeContext({ requestId, functionName, deadline }: Invocation): Context {
  const refuse = () => {
    throw new Error('done, fail and succeed are for callback handlers: return a promise instead.')
  }
  return {
    awsRequestId: requestId,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: functionArn(functionName),
    memoryLimitInMB: '1769',
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: String(process.pid),
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    done: refuse,
    fail: refuse,
    succeed: refuse,
  }
}

/** Builds a function's ARN. */
export function functionArn(functionName: string): string {
  return `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`
}
