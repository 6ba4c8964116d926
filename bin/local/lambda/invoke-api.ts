import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { writeText } from '../../tickets/terminal.ts'
import { readBody } from '../http/http-server.ts'
import type { Outcome } from './function-environment.ts'
import { type FunctionPool, TooManyRequests } from './function-pool.ts'
import { findResponseProblem, functionArn, maximumPayloadBytes } from './lambda-context.ts'

const path = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/

/**
 * Answers a request to Lambda's Invoke API from the pools of functions, by name. Source: AWS Lambda API
 * Reference, "Invoke".
 */
export async function answerInvoke(
  pools: ReadonlyMap<string, FunctionPool>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    await answer(pools, request, response)
  } catch (error) {
    refuse(response, 500, 'ServiceException', error instanceof Error ? error.message : String(error))
  }
}

async function answer(pools: ReadonlyMap<string, FunctionPool>, request: IncomingMessage, response: ServerResponse) {
  const requestId = randomUUID()
  response.setHeader('x-amzn-requestid', requestId)
  const [, encoded] = path.exec(new URL(request.url ?? '/', 'http://localhost').pathname) ?? []
  if (request.method !== 'POST' || !encoded)
    return refuse(response, 404, 'UnknownOperationException', 'Only the operation Invoke is available.')
  const name = functionName(encoded)
  const pool = pools.get(name)
  if (!pool) return refuse(response, 404, 'ResourceNotFoundException', `Function not found: ${functionArn(name)}`)
  const body = await readBody(request, maximumPayloadBytes)
  if (body === 'aborted') return
  if (body === 'too large') {
    const text = `Request must be smaller than ${maximumPayloadBytes} bytes for the InvokeFunction operation`
    return refuse(response, 413, 'RequestTooLargeException', text)
  }
  const event = body.toString('utf8') || '{}'
  const problem = jsonProblem(event)
  if (problem)
    return refuse(response, 400, 'InvalidRequestContentException', `Could not parse request body into json: ${problem}`)
  switch (request.headers['x-amz-invocation-type']) {
    case 'DryRun':
      return void response.writeHead(204).end()
    case 'Event':
      invokeLater(pool, requestId, event)
      return void response.writeHead(202).end()
    default:
      await invokeNow(pool, { requestId, event }, response)
  }
}

/** Extracts the function's name from a name, a name with a version, or an ARN. */
function functionName(encoded: string): string {
  const parts = decodeURIComponent(encoded).split(':')
  const at = parts.indexOf('function')
  return parts[at + 1] ?? ''
}

function jsonProblem(text: string): string | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

async function invokeNow(
  pool: FunctionPool,
  { requestId, event }: { requestId: string; event: string },
  response: ServerResponse,
) {
  const abandoned = new AbortController()
  response.once('close', () => abandoned.abort())
  try {
    const { failed, payload } = limitPayload(await pool.invoke(requestId, event, abandoned.signal))
    if (failed) response.setHeader('x-amz-function-error', 'Unhandled')
    response.setHeader('x-amz-executed-version', '$LATEST')
    response.writeHead(200, { 'content-type': 'application/json' }).end(payload)
  } catch (error) {
    if (!(error instanceof TooManyRequests)) throw error
    refuse(response, 429, 'TooManyRequestsException', error.message)
  }
}

function limitPayload(outcome: Outcome): Outcome {
  const errorMessage = findResponseProblem(outcome.payload)
  if (errorMessage === undefined) return outcome
  return { failed: true, payload: JSON.stringify({ errorType: 'Function.ResponseSizeTooLarge', errorMessage }) }
}

/** Runs an asynchronous invocation. Lambda retries a failed one twice; here it is only reported. */
function invokeLater(pool: FunctionPool, requestId: string, event: string): void {
  const report = (failure: unknown) => writeText(process.stderr, `Asynchronous invocation ${requestId} failed: ${failure}\n`)
  pool.invoke(requestId, event).then(({ failed, payload }) => failed && report(payload), report)
}

function refuse(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type })
  response.end(JSON.stringify({ Type: 'User', Message: text }))
}
