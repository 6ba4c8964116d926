import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { clientVariables } from '../../../functions/contract/clients.ts'
import type { DatabaseRole, WorkerFunction } from '../../../functions/contract/functions.ts'
import { closeServer, listen } from '../http/http-server.ts'
import { readBody } from '../http/request-body.ts'
import type { MetricsSink } from '../process/metrics-file.ts'
import type { Outcome } from './function-environment.ts'
import { FunctionPool, TooManyRequests } from './function-pool.ts'
import { functionArn, maximumPayloadBytes } from './lambda-context.ts'

/** Describes the functions to serve. `available` is where the variables that a function names are taken from. */
export interface LambdaSettings {
  functions: Record<string, WorkerFunction>
  moduleFolder: string
  available: NodeJS.ProcessEnv
  /** Is where the database is for each role: a function gets that of its own, if it uses the database at all. */
  databaseUrls: Record<DatabaseRole, string>
  maximumEnvironments: number
  /** How far the renderers of batches and of templates step back behind others who want the processor: 10 if absent, so that a ticket somebody waits for goes first. */
  batchNiceness?: number | undefined
  /** Takes the metrics that the functions write, and those that Lambda tells of them. */
  metrics: MetricsSink
}

/** Is a local Lambda: `endpoint` answers its Invoke API. */
export interface LambdaService {
  endpoint: string
  /** Invokes a function without HTTP; `event` is JSON. */
  invoke(name: string, event: string): Promise<Outcome>
  stop(): Promise<void>
}

const path = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/

/** Starts the service on a free port of 127.0.0.1. Environments are started on demand. */
export async function startLambdaService(settings: LambdaSettings): Promise<LambdaService> {
  const { batchNiceness = 10 } = settings
  const pools = new Map(
    Object.entries(settings.functions).map(([name, worker]) => [
      name,
      new FunctionPool({
        name,
        modulePath: join(settings.moduleFolder, `${worker.module}.ts`),
        variables: pickVariables(worker, { ...settings.available, DATABASE_URL: settings.databaseUrls[worker.databaseRole] }),
        timeoutSeconds: worker.timeoutSeconds,
        maximumEnvironments: settings.maximumEnvironments,
        metrics: settings.metrics,
        niceness: isUrgent(name, worker) ? 0 : batchNiceness,
      }),
    ]),
  )
  const server = createServer((request, response) => void answer(pools, request, response))
  const port = await listen(server, { host: '127.0.0.1', port: 0 })
  return {
    endpoint: `http://127.0.0.1:${port}`,
    invoke: (name, event) => {
      const pool = pools.get(name)
      return pool ? pool.invoke(randomUUID(), event) : Promise.reject(new Error(`There is no function ${name}.`))
    },
    stop: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.stop()))
      await closeServer(server, 0)
    },
  }
}

/** Tells whether a ticket that somebody waits for is kept waiting by the function: not by those of batches and of templates. */
function isUrgent(name: string, { trigger }: WorkerFunction): boolean {
  return trigger.type !== 'render-queues' && name !== 'render-trial'
}

const machineVariables = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LOG_LEVEL', 'NODE_COMPILE_CACHE']

/** Picks what the function declares, what any program needs, and where AWS is: nothing else, so no signing key gets there by chance. */
function pickVariables({ uses, variables }: WorkerFunction, available: NodeJS.ProcessEnv): Record<string, string> {
  const names = new Set<string>([...machineVariables, ...uses.flatMap((client) => clientVariables[client]), ...variables])
  return Object.fromEntries(
    Object.entries(available).flatMap(([name, value]) =>
      value !== undefined && (names.has(name) || name.startsWith('AWS_')) ? [[name, value]] : [],
    ),
  )
}

type Pools = Map<string, FunctionPool>

async function answer(pools: Pools, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    await answerInvoke(pools, request, response)
  } catch (error) {
    refuse(response, 500, 'ServiceException', error instanceof Error ? error.message : String(error))
  }
}

async function answerInvoke(pools: Pools, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const requestId = randomUUID()
  response.setHeader('x-amzn-requestid', requestId)
  const [, encoded] = path.exec(new URL(request.url ?? '/', 'http://localhost').pathname) ?? []
  if (request.method !== 'POST' || !encoded) return refuse(response, 404, 'UnknownOperationException', 'Only Invoke is here.')
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
  if (request.headers['x-amz-invocation-type'] === 'DryRun') return void response.writeHead(204).end()
  if (request.headers['x-amz-invocation-type'] === 'Event') {
    invokeLater(pool, requestId, event)
    return void response.writeHead(202).end()
  }
  await invokeNow(pool, { requestId, event }, response)
}

/** Takes a function's name from a name, a name with a version, or an ARN. */
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
    const { failed, payload } = limited(await pool.invoke(requestId, event, abandoned.signal))
    if (failed) response.setHeader('x-amz-function-error', 'Unhandled')
    response.setHeader('x-amz-executed-version', '$LATEST')
    response.writeHead(200, { 'content-type': 'application/json' }).end(payload)
  } catch (error) {
    if (!(error instanceof TooManyRequests)) throw error
    refuse(response, 429, 'TooManyRequestsException', error.message)
  }
}

function limited(outcome: Outcome): Outcome {
  const size = Buffer.byteLength(outcome.payload)
  if (size <= maximumPayloadBytes) return outcome
  const errorMessage = `Response payload size (${size} bytes) exceeded maximum allowed payload size (${maximumPayloadBytes} bytes).`
  return { failed: true, payload: JSON.stringify({ errorType: 'Function.ResponseSizeTooLarge', errorMessage }) }
}

/** Runs an asynchronous invocation. Lambda tries a failed one twice again; here its failure is shown, for whoever develops it. */
function invokeLater(pool: FunctionPool, requestId: string, event: string): void {
  pool.invoke(requestId, event).then(
    ({ failed, payload }) => failed && process.stderr.write(`Asynchronous invocation ${requestId} failed: ${payload}\n`),
    (error) => process.stderr.write(`Asynchronous invocation ${requestId} failed: ${error}\n`),
  )
}

function refuse(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type })
  response.end(JSON.stringify({ Type: 'User', Message: text }))
}
