import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib'
import { Code } from 'aws-cdk-lib/aws-lambda'
import { Topic } from 'aws-cdk-lib/aws-sns'
import type { Construct } from 'constructs'
import { ticketEventsTopic } from '../functions/contract/queues.ts'
import { Alarms } from './alarms.ts'
import { Api } from './api.ts'
import { Dashboard } from './dashboard.ts'
import { Database } from './database.ts'
import { Downloads } from './downloads.ts'
import type { FunctionFolders } from './function-bundles.ts'
import { limitLogs } from './log-lifetimes.ts'
import { MaintenanceWorkers } from './maintenance-workers.ts'
import { Migration } from './migration.ts'
import type { MonitoredParts } from './monitored-parts.ts'
import { Network } from './network.ts'
import type { Parts } from './parts.ts'
import { RenderQueues } from './render-queues.ts'
import { Renderer } from './renderer.ts'
import { SigningKeys } from './signing-keys.ts'
import type { Stage } from './stage.ts'
import { TicketBucket } from './ticket-bucket.ts'
import { WakeUpClock } from './wake-up.ts'

/** Properties of the stack. */
export interface TicketServiceProps extends StackProps {
  stage: Stage
  /** The bundled code. */
  folders: FunctionFolders
  /** The database of a stage that has none of its own. */
  databaseUrl?: string | undefined
  /** Builds the address that guest links begin with; the default is API Gateway's own address. */
  publicUrl?: ((api: { id: string; stage: string }) => string) | undefined
  /**
   * The value of ALLOWED_CALLERS. The default is the account; on an emulator, which has no identities,
   * `anyone`.
   */
  allowedCallers?: string | undefined
  /** The wallets that guests are offered; none by default. */
  wallets?: Parts['wallets']
  /** The address that gets an e-mail of each alarm. */
  opsEmail?: string | undefined
}

/** The whole service. Its parts are created in the order of their dependencies. */
export class TicketServiceStack extends Stack {
  constructor(scope: Construct, id: string, props: TicketServiceProps) {
    super(scope, id, props)
    const { stage, folders } = props
    const network = stage.database ? new Network(this, 'Network') : undefined
    const database = this.makeDatabase(network, props)
    const { bucket } = new TicketBucket(this, 'Tickets', stage)
    network?.openBucket(bucket)
    const queues = new RenderQueues(this, 'Queues')
    const topic = new Topic(this, ticketEventsTopic, { enforceSSL: true })
    const { secretArn: signingKeysArn } = new SigningKeys(this, 'SigningKeys', stage)
    const allowedCallers = props.allowedCallers ?? (stage.database ? this.account : 'anyone')
    const api = new Api(this, 'Api', { stage, allowedCallers })
    const publicUrl = props.publicUrl?.({ id: api.gateway.restApiId, stage: stage.name }) ?? api.url
    const methodArn = (method: string, path: string) => api.gateway.arnForExecuteApi(method, path, stage.name)
    const parts: Parts = { database, bucket, queues, topic, signingKeysArn, publicUrl, methodArn, wallets: props.wallets }

    const context = { stage, parts, network }
    const code = Code.fromAsset(folders.service)
    const migration = new Migration(this, 'Migration', { ...context, code: Code.fromAsset(folders.migrate) })
    const renderer = new Renderer(this, 'Renderer', { ...context, code: Code.fromAsset(folders.renderer) })
    const maintenance = new MaintenanceWorkers(this, 'Caretakers', { ...context, code })
    const downloads = new Downloads(this, 'Downloads', { ...context, code })
    api.addRoutes({
      code,
      network,
      allowedCallers: [allowedCallers, maintenance.canaryArn].filter(Boolean).join(','),
      parts: {
        ...parts,
        renderNow: renderer.now.function,
        renderTrial: renderer.trial.function,
        makeDownload: downloads.make.function,
        prepareBatch: maintenance.prepareBatch,
      },
    })
    new WakeUpClock(this, 'WakeUp', { functions: api.functions, renderNow: renderer.now })
    migration.runBefore(renderer, maintenance, downloads, ...api.functions.values())

    const ofRoutes = [...api.functions].map(([name, made]) => [name, made.function] as const)
    const deployed = [renderer.functions, maintenance.functions, downloads.functions, Object.fromEntries(ofRoutes)]
    const functions = Object.assign({}, ...deployed)
    const monitored: MonitoredParts = { api: api.gateway, functions, queues, database: monitoredDatabase(database, stage) }
    // The AWS emulator records no metrics, and rejects alarms over several of them.
    if (stage.name !== 'local') this.addMonitoring(monitored, props.opsEmail)
    this.addOutputs(parts)
    // An emulator may leave out the trigger that migrates: `npm run local:deploy` calls the function.
    if (stage.name === 'local') new CfnOutput(this, 'MigrateFunction', { value: migration.functionName })
    limitLogs(this, stage.logLifetime)
  }

  private makeDatabase(network: Network | undefined, { stage, databaseUrl }: TicketServiceProps): Parts['database'] {
    const { database: size, keepsData } = stage
    if (network && size) return new Database(this, 'Database', { network, size, keepsData })
    if (databaseUrl === undefined) throw new Error(`The stage ${stage.name} has no database of its own: set DATABASE_URL.`)
    return { url: databaseUrl }
  }

  private addMonitoring(parts: MonitoredParts, opsEmail: string | undefined): void {
    const alarms = new Alarms(this, 'Alarms', { parts, opsEmail })
    new Dashboard(this, 'Dashboard', { parts, alarms: alarms.all })
  }

  private addOutputs({ publicUrl, signingKeysArn, topic }: Parts): void {
    new CfnOutput(this, 'ApiUrl', { value: publicUrl, description: 'Address of the API' })
    new CfnOutput(this, 'SigningKeysSecret', { value: signingKeysArn, description: 'For "tickets keys --secret"' })
    new CfnOutput(this, 'TicketEventsTopic', { value: topic.topicArn, description: 'Notifies when a batch is done' })
  }
}

function monitoredDatabase(database: Parts['database'], stage: Stage): MonitoredParts['database'] {
  return database instanceof Database && stage.database ? { ...stage.database, instance: database.instance } : undefined
}
