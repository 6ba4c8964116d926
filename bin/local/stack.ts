import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { workers } from '../../functions/contract/functions.ts'
import { ticketEventsTopic } from '../../functions/contract/queues.ts'
import { flushSpans } from '../../functions/runtime/tracing.ts'
import { openApiGateway } from './gateway/api-gateway.ts'
import { dashboardRoutes } from './gateway/dashboard-routes.ts'
import { homeRoutes } from './gateway/home-routes.ts'
import { openLocalCallers } from './gateway/local-callers.ts'
import { noticeRoute } from './gateway/notice-route.ts'
import { loadServiceRoutes } from './gateway/service-routes.ts'
import { openStorageProxy, type StorageProxy } from './gateway/storage-proxy.ts'
import { studioRoutes } from './gateway/studio-routes.ts'
import { type LambdaService, startLambdaService } from './lambda/lambda-service.ts'
import { type Postgres, startPostgres } from './postgres/postgres.ts'
import { roleUrls, useDatabase } from './postgres/roles.ts'
import { prepareService, prepareWallets, unpackRenderer, warmBatchRenderer, warmRenderer } from './prepare-service.ts'
import { type LogFormat, logFormatter } from './process/log-lines.ts'
import { divertOutput, type MetricsSink, openMetricsFile } from './process/metrics-file.ts'
import { startPrometheus } from './process/prometheus.ts'
import type { RunStep } from './process/start-steps.ts'
import { openStateFolder } from './process/state-folder.ts'
import { type Aws, startAws } from './queues/aws.ts'
import { startEventSources } from './queues/event-source.ts'
import { findCacheFolder, localBucket, setServiceEnvironment, setVariables } from './service-environment.ts'

const queueMetricsMs = 5000

/** Settings of the local stack. */
export interface StackOptions {
  host: string
  /** Port of API Gateway; 0 takes a free one. */
  port: number
  stateFolder: string
  /** A PostgreSQL to use, as the owner of its tables. Default: one of the stack's own. */
  databaseUrl?: string | undefined
  /** Port of the metrics for Prometheus; 0 takes a free one. Default: none. */
  metricsPort?: number | undefined
  /** Maximum processes for each function, and chunks printed concurrently. Default: one per core. */
  renderers?: number | undefined
  /** Interval of the scheduled functions. Default: that of AWS. */
  scheduleSeconds?: number | 'never' | undefined
  /** Starts renderers in advance, so that the first ticket does not wait for Chromium. Default: true. */
  warm?: boolean | undefined
  /** Niceness of the renderers of batches and templates. Default: 10. */
  batchNiceness?: number | undefined
  /** Requires signed calls where API Gateway does. */
  requireAuth?: boolean | undefined
  /** Puts a proxy in front of S3: takes the address of S3, returns that of the proxy. */
  routeStorage?: (endpoint: string) => Promise<string>
  /** How the functions' log is written. Default: JSON. */
  logFormat?: LogFormat | undefined
  /** Shows the steps of the start. Default: they are run in silence. */
  runStep?: RunStep | undefined
  log(line: string): void
}

/** The whole service and everything that it needs, running on this machine. */
export interface LocalStack {
  url: string
  databaseUrl: string
  /** PostgreSQL's data folder, usually in the state folder; empty where others run PostgreSQL. */
  databaseFolder: string
  metricsUrl: string | undefined
  /** Endpoint of S3, SQS and SNS. */
  awsEndpoint: string
  /** Endpoint of Lambda's Invoke API. */
  lambdaEndpoint: string
  stateFolder: string
  /** AWS credentials file of the allowed callers, where calls must be signed. */
  credentialsFile: string | undefined
  /** Stops everything within a few seconds. May be called twice. */
  stop(): Promise<void>
}

/**
 * Starts PostgreSQL, S3, SQS, SNS, Lambda and API Gateway, migrates the database, registers the demo event
 * and warms up the renderers. The functions read `process.env` and keep their clients, so a process can start
 * one stack, once.
 * @throws StartFailure when something on this machine prevents it; everything that had started is stopped
 * first.
 */
export async function startLocalStack(options: StackOptions): Promise<LocalStack> {
  const closing = new AsyncDisposableStack()
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= closing.disposeAsync()
    return stopped
  }
  try {
    return { ...(await start(options, closing)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function start(options: StackOptions, closing: AsyncDisposableStack): Promise<Omit<LocalStack, 'stop'>> {
  const { warm = true, runStep = runSilently, log } = options
  const state = openStateFolder(options.stateFolder)
  closing.defer(state.release)
  const gateway = await openApiGateway(options)
  const cacheFolder = findCacheFolder()
  setVariables({ BROWSER_CACHE_DIR: cacheFolder })
  const unpacking = warm ? unpackRenderer(cacheFolder, runStep) : Promise.resolve()
  // Awaited once the other parts run.
  unpacking.catch(() => undefined)
  const url = `http://${nameHost(options.host)}:${gateway.port}`
  const signing = options.requireAuth ? openLocalCallers(state.path) : undefined
  const parts = await startParts({ ...options, stateFolder: state.path, publicUrl: url, closing }).catch(async (error) => {
    await gateway.stop()
    throw error
  })
  // Stopped before the parts, which running requests still need.
  closing.defer(flushSpans)
  closing.defer(gateway.stop)
  await Promise.all([
    runStep('Updating the database', () => prepareService(parts.postgres.url)),
    prepareWallets(),
    warm && unpacking.then(() => runStep('Starting Chromium', () => warmRenderer(parts.lambda))),
  ])
  const signed = signing !== undefined
  gateway.serve({
    routes: [
      ...homeRoutes({ url, metricsUrl: parts.metricsUrl, signed }),
      ...(await loadServiceRoutes()),
      ...studioRoutes({ signed, service: '', readOnly: false }),
      ...dashboardRoutes({ stateFolder: state.path, signed }),
      noticeRoute,
    ],
    callers: signing?.callers,
    onAnswered: (status, durationMs) => recordAnswer(parts.metrics, status, durationMs),
    storage: parts.storageProxy,
    log,
  })
  startTriggers(parts, options, closing)
  if (warm) warmBatchRenderer(parts.lambda, log)
  return {
    url,
    databaseUrl: parts.postgres.url,
    databaseFolder: parts.postgres.dataFolder,
    metricsUrl: parts.metricsUrl,
    awsEndpoint: parts.aws.endpoint,
    lambdaEndpoint: parts.lambda.endpoint,
    stateFolder: state.path,
    credentialsFile: signing?.credentialsFile,
  }
}

const runSilently: RunStep = (_title, work) => work(() => undefined)

/** The workers that run here: the canary watches a deployment. */
const { canary: _, ...localWorkers } = workers

/** Starts what invokes functions without an API call, and the queue metrics. */
function startTriggers({ aws, lambda, metrics }: Parts, options: StackOptions, closing: AsyncDisposableStack): void {
  const { renderers = availableParallelism(), scheduleSeconds, log } = options
  const watch = setInterval(() => recordQueues(aws, metrics), queueMetricsMs)
  closing.defer(() => clearInterval(watch))
  const eventSources = startEventSources({
    functions: localWorkers,
    aws,
    lambda,
    maximumRenderers: renderers,
    scheduleSeconds,
    log,
  })
  closing.defer(eventSources.stop)
}

/** Names the host as a user of this machine would type it. */
function nameHost(host: string): string {
  if (['127.0.0.1', '0.0.0.0', 'localhost'].includes(host)) return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

interface Parts {
  aws: Aws
  postgres: Postgres
  lambda: LambdaService
  metrics: MetricsSink
  metricsUrl: string | undefined
  storageProxy: StorageProxy | undefined
}

type PartOptions = StackOptions & { publicUrl: string; closing: AsyncDisposableStack }

async function startParts(options: PartOptions): Promise<Parts> {
  const { stateFolder, publicUrl, renderers, batchNiceness, requireAuth, routeStorage, log, closing } = options
  const { logFormat = 'json', runStep = runSilently, databaseUrl } = options
  const file = openMetricsFile(stateFolder)
  const prometheus =
    options.metricsPort === undefined ? undefined : await startPrometheus(file, options.host, options.metricsPort)
  if (prometheus) closing.defer(prometheus.stop)
  const metrics = prometheus?.metrics ?? file
  closing.defer(divertOutput(metrics, logFormatter(logFormat)))
  const foreign = databaseUrl ? useDatabase(databaseUrl) : undefined
  const aws = await runStep('Starting S3, SQS and SNS', () => startAws(join(stateFolder, 'aws'), localBucket, ticketEventsTopic))
  closing.defer(aws.stop)
  const postgres = foreign ?? (await runStep('Starting PostgreSQL', () => startPostgres(stateFolder, log)))
  closing.defer(postgres.stop)
  const databaseUrls = roleUrls(postgres.url)
  setServiceEnvironment({ databaseUrl: databaseUrls.api, aws, stateFolder, publicUrl, requireAuth })
  const isReachable = !['127.0.0.1', '::1', 'localhost'].includes(options.host)
  const storageProxy = isReachable ? openStorageProxy(aws, process.env.PUBLIC_URL ?? publicUrl) : undefined
  if (storageProxy) setVariables({ STORAGE_PUBLIC_URL: storageProxy.publicUrl })
  if (routeStorage) setVariables({ AWS_ENDPOINT_URL_S3: await routeStorage(aws.endpoint) })
  const lambda = await startLambdaService({
    functions: localWorkers,
    moduleFolder: join(import.meta.dirname, '../../functions/workers'),
    // An environment runs one invocation at a time, so it needs one connection, as on Lambda.
    available: { ...process.env, DB_POOL_SIZE: '1' },
    databaseUrls,
    maximumEnvironments: renderers ?? availableParallelism(),
    batchNiceness,
    metrics,
  })
  closing.defer(lambda.stop)
  setVariables({ AWS_ENDPOINT_URL_LAMBDA: lambda.endpoint })
  return { aws, postgres, lambda, metrics, metricsUrl: prometheus?.url, storageProxy }
}

/** Records the number of waiting messages of each queue, which SQS does every minute. */
function recordQueues(aws: Aws, metrics: MetricsSink): void {
  for (const [QueueName, count] of aws.countWaiting())
    metrics.record('AWS/SQS', { QueueName }, { ApproximateNumberOfMessagesVisible: count })
}

/** Records the metrics that API Gateway sends to CloudWatch for each answer. */
function recordAnswer(metrics: MetricsSink, status: number, durationMs: number): void {
  const isIn = (hundred: number) => (Math.floor(status / 100) === hundred ? 1 : 0)
  const values = { Count: 1, '4XXError': isIn(4), '5XXError': isIn(5), Latency: durationMs }
  metrics.record('AWS/ApiGateway', { ApiName: 'local', Stage: 'local' }, values)
}
