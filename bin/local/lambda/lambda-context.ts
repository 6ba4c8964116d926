import type { Context } from 'aws-lambda'

/** Maximum size of a synchronous invocation's request and of its response (AWS Lambda quotas). */
export const maximumPayloadBytes = 6 * 1024 * 1024

/** An invocation of a function. `deadline` is in milliseconds since 1970. */
export interface Invocation {
  requestId: string
  functionName: string
  deadline: number
}

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
