import { join } from 'node:path'
import { workers } from '../../functions/contract/functions.ts'
import { ticketEventsTopic } from '../../functions/contract/queues.ts'
import { openStorageProxy, type StorageProxy } from './gateway/storage-proxy.ts'
import { type LambdaService, startLambdaService } from './lambda/lambda-service.ts'
import { type Postgres, startPostgres } from './postgres/postgres.ts'
import { roleUrls, useDatabase } from './postgres/roles.ts'
import { logFormatter } from './process/log-lines.ts'
import { divertOutput, type MetricsSink, openMetricsFile } from './process/metrics-file.ts'
import { startPrometheus } from './process/prometheus.ts'
import type { RunStep } from './process/start-steps.ts'
import { type Aws, startAws } from './queues/aws.ts'
import { localBucket, setServiceEnvironment, setVariables } from './service-environment.ts'
import type { StackOptions } from './stack-options.ts'

/** The workers that run here: the canary watches a deployment. */
const { canary: _, ...workersHere } = workers

/** The workers of the local stack, by name. */
export const localWorkers = workersHere

/** The parts of a running stack behind its gateway. */
export interface Parts {
  aws: Aws
  postgres: Postgres
  lambda: LambdaService
  metrics: MetricsSink
  metricsUrl: string | undefined
  storageProxy: StorageProxy | undefined
}

/** The options of the stack, its address, and what stops its parts in reverse order. */
interface PartOptions extends StackOptions {
  runStep: RunStep
  renderers: number
  publicUrl: string
  closing: AsyncDisposableStack
}

/** Starts the parts, each once those that it needs run. */
export async function startParts(options: PartOptions): Promise<Parts> {
  const { stateFolder, publicUrl, renderers, batchNiceness, requireAuth, routeStorage, log, closing } = options
  const { logFormat = 'json', runStep, databaseUrl, host, metricsPort } = options
  const file = openMetricsFile(stateFolder)
  const prometheus = metricsPort === undefined ? undefined : await startPrometheus(file, host, metricsPort)
  if (prometheus) closing.defer(prometheus.stop)
  const metrics = prometheus?.metrics ?? file
  closing.defer(divertOutput(metrics, logFormatter(logFormat)))
  const external = databaseUrl ? useDatabase(databaseUrl) : undefined
  const aws = await runStep('Starting S3, SQS and SNS', () => startAws(join(stateFolder, 'aws'), localBucket, ticketEventsTopic))
  closing.defer(aws.stop)
  const postgres = external ?? (await runStep('Starting PostgreSQL', () => startPostgres(stateFolder, log)))
  closing.defer(postgres.stop)
  const databaseUrls = roleUrls(postgres.url)
  setServiceEnvironment({ databaseUrl: databaseUrls.api, aws, stateFolder, publicUrl, requireAuth })
  const isReachable = !['127.0.0.1', '::1', 'localhost'].includes(host)
  const storageProxy = isReachable ? openStorageProxy(aws, process.env.PUBLIC_URL ?? publicUrl) : undefined
  if (storageProxy) setVariables({ STORAGE_PUBLIC_URL: storageProxy.publicUrl })
  if (routeStorage) setVariables({ AWS_ENDPOINT_URL_S3: await routeStorage(aws.endpoint) })
  const lambda = await startLambdaService({
    functions: localWorkers,
    moduleFolder: join(import.meta.dirname, '../../functions/workers'),
    // An environment runs one invocation at a time, so it needs one connection, as on Lambda.
    available: { ...process.env, DB_POOL_SIZE: '1' },
    databaseUrls,
    maximumEnvironments: renderers,
    batchNiceness,
    metrics,
  })
  closing.defer(lambda.stop)
  setVariables({ AWS_ENDPOINT_URL_LAMBDA: lambda.endpoint })
  return { aws, postgres, lambda, metrics, metricsUrl: prometheus?.url, storageProxy }
}
