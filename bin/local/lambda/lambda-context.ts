import type { Context } from 'aws-lambda'

/** Is the largest request and the largest answer of a synchronous invocation, in bytes (AWS Lambda quotas). */
export const maximumPayloadBytes = 6 * 1024 * 1024

/** Describes one invocation of a function. `deadline` is in milliseconds since 1970. */
export interface Invocation {
  requestId: string
  functionName: string
  deadline: number
}

/** Makes the context object that Lambda passes to a handler beside the event. */
export function makeContext({ requestId, functionName, deadline }: Invocation): Context {
  const refuse = () => {
    throw new Error('done, fail and succeed belong to callback handlers: return a promise instead.')
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

/** Names a function as AWS does. */
export function functionArn(functionName: string): string {
  return `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`
}
