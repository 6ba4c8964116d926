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
import type { Parts } from './function-access.ts'
import type { FunctionFolders } from './function-bundles.ts'
import { MaintenanceWorkers } from './maintenance-workers.ts'
import { Migration } from './migration.ts'
import type { MonitoredParts } from './monitored-parts.ts'
import { Network } from './network.ts'
import { RenderQueues } from './render-queues.ts'
import { Renderer } from './renderer.ts'
import { SigningKeys } from './signing-keys.ts'
import type { Stage } from './stage.ts'
import { TicketBucket } from './ticket-bucket.ts'

/** Is what the stack needs. */
export interface TicketServiceProps extends StackProps {
  stage: Stage
  folders: FunctionFolders
  /** Is for a stage without a database of its own. */
  databaseUrl?: string | undefined
  /** Makes the address that guest links begin with from API Gateway's own names; that is API Gateway's own address, if absent. */
  publicUrl?: ((api: { id: string; stage: string }) => string) | undefined
  /** Is what ALLOWED_CALLERS says; if absent, everyone in the account, and on a stand-in, which knows nobody, anyone. */
  allowedCallers?: string | undefined
  /** Is which wallets guests are offered, as WALLETS says it, and the secret that signs their passes; none if absent. */
  wallets?: Parts['wallets']
  /** Gets an e-mail of each alarm. */
  opsEmail?: string | undefined
}

/** Is the whole service, in the order in which its parts need one another. */
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
    const api = new Api(this, 'Api', { stage })
    const publicUrl = props.publicUrl?.({ id: api.gateway.restApiId, stage: stage.name }) ?? api.url
    const parts: Parts = { database, bucket, queues, topic, signingKeysArn, publicUrl, wallets: props.wallets }

    const surroundings = { stage, parts, network }
    const code = Code.fromAsset(folders.service)
    const migration = new Migration(this, 'Migration', { ...surroundings, code: Code.fromAsset(folders.migrate) })
    const renderer = new Renderer(this, 'Renderer', { ...surroundings, code: Code.fromAsset(folders.renderer) })
    const caretakers = new MaintenanceWorkers(this, 'Caretakers', { ...surroundings, code })
    const downloads = new Downloads(this, 'Downloads', { ...surroundings, code })
    const allowedCallers = props.allowedCallers ?? (stage.database ? this.account : 'anyone')
    api.addRoutes({
      code,
      network,
      allowedCallers,
      parts: {
        ...parts,
        renderNow: renderer.now.function,
        renderTrial: renderer.trial.function,
        makeDownload: downloads.make.function,
      },
    })
    migration.runBefore(renderer, caretakers, downloads, ...api.functions)

    const functions = { ...renderer.functions, ...caretakers.functions, ...downloads.functions }
    const monitored: MonitoredParts = { api: api.gateway, functions, queues, database: monitoredDatabase(database, stage) }
    // A stand-in for AWS measures nothing that could raise an alarm, and does not know alarms over several metrics.
    if (stage.name !== 'local') this.watch(monitored, props.opsEmail)
    this.tell(parts)
    // A stand-in may leave out the trigger that migrates, so that `npm run local:deploy` calls the function.
    if (stage.name === 'local') new CfnOutput(this, 'MigrateFunction', { value: migration.functionName })
  }

  private makeDatabase(network: Network | undefined, { stage, databaseUrl }: TicketServiceProps): Parts['database'] {
    const { database: size, keepsData } = stage
    if (network && size) return new Database(this, 'Database', { network, size, keepsData })
    if (databaseUrl === undefined) throw new Error(`The stage ${stage.name} has no database of its own: set DATABASE_URL.`)
    return { url: databaseUrl }
  }

  private watch(parts: MonitoredParts, opsEmail: string | undefined): void {
    const alarms = new Alarms(this, 'Alarms', { parts, opsEmail })
    new Dashboard(this, 'Dashboard', { parts, alarms: alarms.all })
  }

  private tell({ publicUrl, signingKeysArn, topic }: Parts): void {
    new CfnOutput(this, 'ApiUrl', { value: publicUrl, description: 'Address of the API' })
    new CfnOutput(this, 'SigningKeysSecret', { value: signingKeysArn, description: 'For "tickets keys --secret"' })
    new CfnOutput(this, 'TicketEventsTopic', { value: topic.topicArn, description: 'Tells when a batch is done' })
  }
}

function monitoredDatabase(database: Parts['database'], stage: Stage): MonitoredParts['database'] {
  return database instanceof Database && stage.database ? { ...stage.database, instance: database.instance } : undefined
}
