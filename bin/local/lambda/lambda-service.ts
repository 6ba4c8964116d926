import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { clientVariables } from '../../../functions/contract/clients.ts'
import type { DatabaseRole, WorkerFunction } from '../../../functions/contract/functions.ts'
import { closeServer, listen } from '../http/http-server.ts'
import type { MetricsSink } from '../process/metrics-file.ts'
import type { Outcome } from './function-environment.ts'
import { FunctionPool } from './function-pool.ts'
import { answerInvoke } from './invoke-api.ts'

/** The functions to serve, and what they need. */
export interface LambdaSettings {
  functions: Record<string, WorkerFunction>
  moduleFolder: string
  /** Environment variables, of which each function gets those that it declares. */
  available: NodeJS.ProcessEnv
  /** Connection URLs by database role. A function that uses the database gets that of its role. */
  databaseUrls: Record<DatabaseRole, string>
  /** Maximum environments for each function. */
  maximumEnvironments: number
  /** Niceness of the renderers of batches and templates: a single ticket goes first. Default: 10. */
  batchNiceness?: number | undefined
  /** Receives the metrics that the functions write, and those that Lambda records of them. */
  metrics: MetricsSink
}

/** A local Lambda. */
export interface LambdaService {
  /** Endpoint of the Invoke API. */
  endpoint: string
  /** Invokes a function without HTTP. `event` is JSON. */
  invoke(name: string, event: string): Promise<Outcome>
  stop(): Promise<void>
}

/** Starts the service on a free port of 127.0.0.1. It starts environments on demand. */
export async function startLambdaService(settings: LambdaSettings): Promise<LambdaService> {
  const pools = new Map<string, FunctionPool>()
  const server = createServer((request, response) => void answerInvoke(pools, request, response))
  const port = await listen(server, { host: '127.0.0.1', port: 0 })
  const endpoint = `http://127.0.0.1:${port}`
  // Functions invoke each other.
  const available = { ...settings.available, AWS_ENDPOINT_URL_LAMBDA: endpoint }
  for (const [name, worker] of Object.entries(settings.functions))
    pools.set(name, makePool({ ...settings, available }, name, worker))
  return {
    endpoint,
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

function makePool(settings: LambdaSettings, name: string, worker: WorkerFunction): FunctionPool {
  const { moduleFolder, available, databaseUrls, maximumEnvironments, batchNiceness = 10, metrics } = settings
  return new FunctionPool({
    name,
    modulePath: join(moduleFolder, `${worker.module}.ts`),
    variables: pickVariables(worker, { ...available, DATABASE_URL: databaseUrls[worker.databaseRole] }),
    timeoutSeconds: worker.timeoutSeconds,
    maximumEnvironments,
    metrics,
    niceness: isUrgent(name, worker) ? 0 : batchNiceness,
  })
}

/** Checks that somebody may be waiting for the result, which is not so for batches and template checks. */
function isUrgent(name: string, { trigger }: WorkerFunction): boolean {
  return trigger.type !== 'render-queues' && name !== 'render-trial'
}

const machineVariables = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LOG_LEVEL', 'NODE_COMPILE_CACHE']

/** Picks the variables of the function, the machine, AWS and OpenTelemetry, so that no signing key leaks in. */
function pickVariables({ uses, variables }: WorkerFunction, available: NodeJS.ProcessEnv): Record<string, string> {
  const names = new Set<string>([...machineVariables, ...uses.flatMap((client) => clientVariables[client]), ...variables])
  return Object.fromEntries(
    Object.entries(available).flatMap(([name, value]) =>
      value !== undefined && (names.has(name) || /^(AWS|OTEL)_/.test(name)) ? [[name, value]] : [],
    ),
  )
}
