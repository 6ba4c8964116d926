import { availableParallelism } from 'node:os'
import { flushSpans } from '../../functions/runtime/tracing.ts'
import { type ApiGateway, openApiGateway } from './gateway/api-gateway.ts'
import { dashboardRoutes } from './gateway/dashboard-routes.ts'
import { homeRoutes } from './gateway/home-routes.ts'
import { type LocalCallers, openLocalCallers } from './gateway/local-callers.ts'
import { noticeRoute } from './gateway/notice-route.ts'
import { loadServiceRoutes } from './gateway/service-routes.ts'
import { studioRoutes } from './gateway/studio-routes.ts'
import { localWorkers, type Parts, startParts } from './parts.ts'
import { prepareService, prepareWallets, unpackRenderer, warmBatchRenderer, warmRenderer } from './prepare-service.ts'
import type { MetricsSink } from './process/metrics-file.ts'
import type { RunStep } from './process/start-steps.ts'
import { openStateFolder } from './process/state-folder.ts'
import type { Aws } from './queues/aws.ts'
import { startEventSources } from './queues/event-source.ts'
import { findCacheFolder, setVariables } from './service-environment.ts'
import type { StackOptions } from './stack-options.ts'

const queueMetricsMs = 5000

/** The whole service and everything that it needs, running on this machine. */
export interface LocalStack {
  url: string
  databaseUrl: string
  /** PostgreSQL's data folder, usually in the state folder; empty for an external PostgreSQL. */
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
  const { warm = true, runStep = runSilently, renderers = availableParallelism(), log } = options
  const state = openStateFolder(options.stateFolder)
  closing.defer(state.release)
  const gateway = await openApiGateway(options)
  const cacheFolder = findCacheFolder()
  setVariables({ BROWSER_CACHE_DIR: cacheFolder })
  const unpacking = warm ? unpackRenderer(cacheFolder, runStep) : Promise.resolve()
  // Awaited below; until then, its failure must not end the process.
  unpacking.catch(() => undefined)
  const url = `http://${nameHost(options.host)}:${gateway.port}`
  const signing = options.requireAuth ? openLocalCallers(state.path) : undefined
  const given = { ...options, runStep, renderers, stateFolder: state.path }
  const parts = await startParts({ ...given, publicUrl: url, closing }).catch(async (error) => {
    await gateway.stop()
    throw error
  })
  // Closed in reverse order: the gateway before the parts, which running requests still need.
  closing.defer(flushSpans)
  closing.defer(gateway.stop)
  await Promise.all([
    runStep('Updating the database', () => prepareService(parts.postgres.url)),
    prepareWallets(),
    warm && unpacking.then(() => runStep('Starting Chromium', () => warmRenderer(parts.lambda))),
  ])
  await serveRoutes(gateway, { url, stateFolder: state.path, signing, parts, log })
  startTriggers(parts, given, closing)
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

interface Served {
  url: string
  stateFolder: string
  signing: LocalCallers | undefined
  parts: Parts
  log(line: string): void
}

/** Serves the API, and the pages for developers beside it. */
async function serveRoutes(gateway: ApiGateway, { url, stateFolder, signing, parts, log }: Served): Promise<void> {
  const signed = signing !== undefined
  gateway.serve({
    routes: [
      ...homeRoutes({ url, metricsUrl: parts.metricsUrl, signed }),
      ...(await loadServiceRoutes()),
      ...studioRoutes({ signed, service: '', readOnly: false }),
      ...dashboardRoutes({ stateFolder, signed }),
      noticeRoute,
    ],
    callers: signing?.callers,
    onAnswered: (status, durationMs) => recordAnswer(parts.metrics, status, durationMs),
    storage: parts.storageProxy,
    log,
  })
}

/** Starts the queues and schedules that invoke functions, and the recording of queue metrics. */
function startTriggers(
  { aws, lambda, metrics }: Parts,
  { renderers, scheduleSeconds, log }: StackOptions & { renderers: number },
  closing: AsyncDisposableStack,
): void {
  const watch = setInterval(() => recordQueues(aws, metrics), queueMetricsMs)
  closing.defer(() => clearInterval(watch))
  const settings = { functions: localWorkers, aws, lambda, maximumRenderers: renderers, scheduleSeconds, log }
  closing.defer(startEventSources(settings).stop)
}

/** Names the host as a user of this machine would type it. */
function nameHost(host: string): string {
  if (['127.0.0.1', '0.0.0.0', 'localhost'].includes(host)) return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

/** Records how many messages wait in each queue, as SQS does every minute. */
function recordQueues(aws: Aws, metrics: MetricsSink): void {
  for (const [QueueName, count] of aws.countWaiting())
    metrics.record('AWS/SQS', { QueueName }, { ApproximateNumberOfMessagesVisible: count })
}

/** Records the metrics that API Gateway would send to CloudWatch for an answer. */
function recordAnswer(metrics: MetricsSink, status: number, durationMs: number): void {
  const isIn = (hundred: number) => (Math.floor(status / 100) === hundred ? 1 : 0)
  const values = { Count: 1, '4XXError': isIn(4), '5XXError': isIn(5), Latency: durationMs }
  metrics.record('AWS/ApiGateway', { ApiName: 'local', Stage: 'local' }, values)
}
