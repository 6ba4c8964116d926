/**
 * Stands in for Lambda's Node runtime in a process that LocalStack starts: loads the handler, takes one
 * invocation after the other over HTTP, and reports how each ended.
 */
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import * as z from 'zod'

const environment = z
  .object({
    LAMBDA_TASK_ROOT: z.string(),
    _HANDLER: z.string(),
    LOCALSTACK_RUNTIME_ENDPOINT: z.string(),
    LOCALSTACK_RUNTIME_ID: z.string(),
    RUNTIME_PORT: z.coerce.number(),
    AWS_LAMBDA_FUNCTION_NAME: z.string(),
    AWS_LAMBDA_FUNCTION_TIMEOUT: z.coerce.number(),
  })
  .parse(process.env)
const invocation = z.object({ 'invoke-id': z.string(), 'invoked-function-arn': z.string(), payload: z.string() })
type Handler = (event: unknown, context: object) => Promise<unknown>

const timeoutSeconds = environment.AWS_LAMBDA_FUNCTION_TIMEOUT
const handler = await loadHandler()
createServer(async (request, response) => {
  const body = await text(request)
  response.end()
  await invoke(invocation.parse(JSON.parse(body)))
}).listen(environment.RUNTIME_PORT, '127.0.0.1', () => report(`/status/${environment.LOCALSTACK_RUNTIME_ID}/ready`, {}))

async function loadHandler(): Promise<Handler> {
  const [file = '', name = ''] = environment._HANDLER.split('.')
  try {
    const base = path.join(environment.LAMBDA_TASK_ROOT, file)
    const module = ['.mjs', '.js', '.cjs'].map((extension) => base + extension).find(existsSync) ?? base
    return (await import(pathToFileURL(module).href))[name]
  } catch (error) {
    console.error(error)
    await report(`/status/${environment.LOCALSTACK_RUNTIME_ID}/error`, describe(error))
    process.exit(1)
  }
}

async function invoke(call: z.output<typeof invocation>): Promise<void> {
  const { 'invoke-id': id, payload } = call
  const until = Date.now() + timeoutSeconds * 1000
  // Lambda ends the environment with the invocation that takes too long.
  const timer = setTimeout(async () => {
    const message = `Task timed out after ${timeoutSeconds} seconds`
    await finish(id, 'error', { errorType: 'Sandbox.Timedout', errorMessage: message })
    process.exit(1)
  }, timeoutSeconds * 1000)
  const context = {
    awsRequestId: id,
    functionName: environment.AWS_LAMBDA_FUNCTION_NAME,
    invokedFunctionArn: call['invoked-function-arn'],
    getRemainingTimeInMillis: () => until - Date.now(),
  }
  try {
    const result = await handler(payload === '' ? {} : JSON.parse(payload), context)
    clearTimeout(timer)
    await finish(id, 'response', result ?? null)
  } catch (error) {
    clearTimeout(timer)
    console.error(error)
    await finish(id, 'error', describe(error))
  }
}

async function finish(id: string, outcome: 'response' | 'error', result: unknown): Promise<void> {
  await report(`/invocations/${id}/logs`, { logs: '' })
  await report(`/invocations/${id}/${outcome}`, result)
}

async function report(target: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  await fetch(`${environment.LOCALSTACK_RUNTIME_ENDPOINT}${target}`, { method: 'POST', headers, body: JSON.stringify(body) })
}

function describe(error: unknown) {
  const { name, message, stack = '' } = error instanceof Error ? error : new Error(String(error))
  return { errorType: name, errorMessage: message, stackTrace: stack.split('\n') }
}
