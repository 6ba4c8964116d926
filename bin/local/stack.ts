import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import { clientVariables } from '../../functions/contract/clients.ts'
import { workers } from '../../functions/contract/functions.ts'
import { ticketEventsTopic } from '../../functions/contract/queues.ts'
import { renderAnswer } from '../../functions/contract/schemas/render.ts'
import { connect } from '../../functions/database/client.ts'
import { prepareDatabase } from '../../functions/domain/templates/prepare-database.ts'
import { readEnvironment } from '../../functions/runtime/environment.ts'
import { ensureKeyFile } from '../../functions/trust/key-file.ts'
import { registerDemoEvent } from './demo-event.ts'
import { openApiGateway } from './gateway/api-gateway.ts'
import { openLocalCallers } from './gateway/local-callers.ts'
import { loadHandlers, mountRoutes } from './gateway/service-routes.ts'
import { studioRoutes } from './gateway/studio-routes.ts'
import { type LambdaService, startLambdaService } from './lambda/lambda-service.ts'
import { prepareWallets } from './local-wallets.ts'
import { type Postgres, startPostgres } from './postgres/postgres.ts'
import { allowRoleCreation, roleUrls, setRolePasswords } from './postgres/roles.ts'
import { type MetricsSink, openMetricsFile } from './process/metrics-file.ts'
import { divertMetrics } from './process/output-lines.ts'
import { StartFailure } from './process/start-failure.ts'
import { openStateFolder } from './process/state-folder.ts'
import { type Aws, startAws } from './queues/aws.ts'
import { startEventSources } from './queues/event-source.ts'
import { watchQueues } from './queues/queue-watch.ts'
import { localBucket, setLambdaEndpoint, setServiceEnvironment, setStorageEndpoint } from './service-environment.ts'

/**
 * Says how to start the local stack. Port 0 takes a free port; `renderers` is how many processes print chunks of batches at once, and as
 * many print single tickets, one a core if absent; `scheduleSeconds` is how often scheduled functions run, if not as on AWS, or that they never do.
 */
export interface StackOptions {
  host: string
  port: number
  stateFolder: string
  renderers?: number | undefined
  scheduleSeconds?: number | 'never' | undefined
  /** Tells whether renderers are started in advance, so that nobody waits for Chromium; they are if absent. */
  warm?: boolean | undefined
  /** How far the renderers of batches and of templates step back behind others who want the processor; 10 if absent. */
  batchNiceness?: number | undefined
  /** Tells to take signed calls only where API Gateway would. */
  requireAuth?: boolean | undefined
  /** Puts something between the functions and S3, which is at the address given; answers where the functions find it. */
  routeStorage?: (endpoint: string) => Promise<string>
  log(line: string): void
}

/** Is the whole service with everything it needs, running on this machine. */
export interface LocalStack {
  url: string
  databaseUrl: string
  /** Where PostgreSQL's data lies; usually in the state folder. */
  databaseFolder: string
  /** Where S3, SQS and SNS answer. */
  awsEndpoint: string
  /** Where Lambda's Invoke API answers. */
  lambdaEndpoint: string
  stateFolder: string
  /** Is the AWS credentials file of those who may call, where calls must be signed. */
  credentialsFile: string | undefined
  /** Ends everything that was started, within a few seconds. May be called twice. */
  stop(): Promise<void>
}

/**
 * Starts everything: PostgreSQL, S3, SQS, SNS, Lambda and API Gateway, migrated, with the demo event and warm renderers.
 * The functions read `process.env` and keep their clients, so a process starts one stack, once.
 * @throws StartFailure when something on this machine is in the way. What had started by then is stopped.
 */
export async function startLocalStack(options: StackOptions): Promise<LocalStack> {
  const closers: (() => unknown)[] = []
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= closeAll(closers)
    return stopped
  }
  try {
    const stack = await start(options, (closer) => closers.push(closer))
    return { ...stack, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function closeAll(closers: (() => unknown)[]): Promise<void> {
  const failures: unknown[] = []
  for (const close of closers.toReversed()) await Promise.resolve(close()).catch((error: unknown) => failures.push(error))
  if (failures.length > 0) throw new AggregateError(failures, 'Not everything could be stopped.')
}

type OnStop = (closer: () => unknown) => void

async function start(options: StackOptions, onStop: OnStop): Promise<Omit<LocalStack, 'stop'>> {
  const state = openStateFolder(options.stateFolder)
  onStop(() => state.release())
  const gateway = await openApiGateway(options)
  const url = `http://${nameHost(options.host)}:${gateway.port}`
  const signing = options.requireAuth ? openLocalCallers(state.path) : undefined
  const parts = await startParts({ ...options, stateFolder: state.path, publicUrl: url, onStop }).catch(async (error) => {
    await gateway.stop()
    throw error
  })
  // Registered last and so stopped first: what the handlers need is still there while running requests end.
  onStop(() => gateway.stop())
  const { warm = true } = options
  await Promise.all([prepare(parts.postgres.url), prepareWallets(), warm && warmRenderer(parts.lambda)])
  const onAnswered = (status: number, durationMs: number) => tellAnswer(parts.metrics, status, durationMs)
  const studio = studioRoutes({ signed: signing !== undefined })
  gateway.serve({
    routes: [...mountRoutes(), ...studio.routes],
    handlers: { ...(await loadHandlers()), ...studio.handlers },
    callers: signing?.callers,
    onAnswered,
    log: options.log,
  })
  const queueWatch = watchQueues(parts.aws, parts.metrics, options.log)
  onStop(() => queueWatch.stop())
  const eventSources = startEventSources({
    ...{ functions: workers, aws: parts.aws, lambda: parts.lambda },
    maximumRenderers: options.renderers ?? availableParallelism(),
    scheduleSeconds: options.scheduleSeconds,
    log: options.log,
  })
  onStop(() => eventSources.stop())
  if (warm) warmBatchRenderer(parts.lambda, options.log)
  return {
    url,
    databaseUrl: parts.postgres.url,
    databaseFolder: parts.postgres.dataFolder,
    awsEndpoint: parts.aws.endpoint,
    lambdaEndpoint: parts.lambda.endpoint,
    stateFolder: state.path,
    credentialsFile: signing?.credentialsFile,
  }
}

/** Names the host as a person on this machine would type it. */
function nameHost(host: string): string {
  if (['127.0.0.1', '0.0.0.0', 'localhost'].includes(host)) return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

interface Parts {
  aws: Aws
  postgres: Postgres
  lambda: LambdaService
  metrics: MetricsSink
}

type PartOptions = StackOptions & { publicUrl: string; onStop: OnStop }

async function startParts(options: PartOptions): Promise<Parts> {
  const { stateFolder, publicUrl, renderers, batchNiceness, requireAuth, routeStorage, log, onStop } = options
  const metrics = openMetricsFile(stateFolder)
  onStop(divertMetrics(metrics))
  const aws = await startAws(join(stateFolder, 'aws'), localBucket, ticketEventsTopic)
  onStop(() => aws.stop())
  const postgres = await startPostgres(stateFolder, log)
  onStop(() => postgres.stop())
  const databaseUrls = roleUrls(postgres.url)
  setServiceEnvironment({ databaseUrl: databaseUrls.api, aws, stateFolder, publicUrl, requireAuth })
  if (routeStorage) setStorageEndpoint(await routeStorage(aws.endpoint))
  const lambda = await startLambdaService({
    functions: workers,
    moduleFolder: join(import.meta.dirname, '../../functions/workers'),
    // A function environment runs one invocation at a time, so it needs one connection, as on Lambda.
    available: { ...process.env, DB_POOL_SIZE: '1' },
    databaseUrls,
    maximumEnvironments: renderers ?? availableParallelism(),
    batchNiceness,
    metrics,
  })
  onStop(() => lambda.stop())
  setLambdaEndpoint(lambda.endpoint)
  return { aws, postgres, lambda, metrics }
}

/** Makes the signing keys, migrates the database, and registers the demo event. */
async function prepare(databaseUrl: string): Promise<void> {
  const environment = readEnvironment([...clientVariables.sql, 'SIGNING_KEYS_FILE', 'MIGRATIONS_PATH', 'TEMPLATES_PATH'])
  if (environment.SIGNING_KEYS_FILE) await ensureKeyFile(environment.SIGNING_KEYS_FILE)
  await allowRoleCreation(databaseUrl)
  const sql = connect({ ...environment, DATABASE_URL: databaseUrl, DB_POOL_SIZE: 1 })
  try {
    await prepareDatabase({ sql, migrationsPath: environment.MIGRATIONS_PATH, templatesPath: environment.TEMPLATES_PATH })
    await registerDemoEvent(sql)
    await setRolePasswords(databaseUrl)
  } finally {
    await sql.end()
  }
}

/** Starts one renderer and has it print a blank page, so that the first ticket does not wait for Chromium. */
async function warmRenderer(lambda: LambdaService): Promise<void> {
  const { failed, payload } = await lambda.invoke('render-now', JSON.stringify({ probe: true }))
  const returned: unknown = JSON.parse(payload)
  if (failed) throw new StartFailure(`The renderer does not work: ${functionError.parse(returned).errorMessage}`)
  const answer = renderAnswer.parse(returned)
  if (answer.outcome === 'unavailable') throw new StartFailure(`The renderer does not work: ${answer.message}`)
}

/** Starts one renderer of batches in the background, so that the first tickets of a batch do not wait for Chromium either. */
function warmBatchRenderer(lambda: LambdaService, log: StackOptions['log']): void {
  lambda.invoke('render-batch', JSON.stringify({ probe: true })).catch((error) => log(`No renderer is warm yet: ${error}`))
}

const functionError = z.object({ errorMessage: z.string() })

/** Tells what API Gateway tells CloudWatch of an answer. */
function tellAnswer(metrics: MetricsSink, status: number, durationMs: number): void {
  const isIn = (hundred: number) => (Math.floor(status / 100) === hundred ? 1 : 0)
  const values = { Count: 1, '4XXError': isIn(4), '5XXError': isIn(5), Latency: durationMs }
  metrics.record('AWS/ApiGateway', { ApiName: 'local', Stage: 'local' }, values)
}
