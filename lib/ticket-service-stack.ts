import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib'
import { Code } from 'aws-cdk-lib/aws-lambda'
import { Topic } from 'aws-cdk-lib/aws-sns'
import type { Construct } from 'constructs'
import { ticketEventsTopic } from '../functions/contract/queues.ts'
import { Alarms } from './alarms.ts'
import { Api } from './api.ts'
import { Caretakers } from './caretakers.ts'
import { Dashboard } from './dashboard.ts'
import { Database } from './database.ts'
import type { Parts } from './function-access.ts'
import type { FunctionFolders } from './function-bundles.ts'
import { Migration } from './migration.ts'
import type { MonitoredParts } from './monitored-parts.ts'
import { Network } from './network.ts'
import { RenderQueues } from './render-queues.ts'
import { Renderer } from './renderer.ts'
import { SigningKeys } from './signing-keys.ts'
import type { Stage } from './stage.ts'
import { TicketBucket } from './ticket-bucket.ts'

/** Is what the stack needs. `databaseUrl` is for a stage without a database of its own; `publicUrl` is the API's own address if absent. */
export interface TicketServiceProps extends StackProps {
  stage: Stage
  folders: FunctionFolders
  databaseUrl?: string | undefined
  publicUrl?: ((api: { id: string; stage: string }) => string) | undefined
  /** Gets an e-mail of each alarm. */
  opsEmail?: string | undefined
  /** Is what ALLOWED_CALLERS says; if absent, everyone in the account, and on a stand-in, which knows nobody, anyone. */
  allowedCallers?: string | undefined
}

/** Is the whole service, in the order in which its parts need one another. */
export class TicketServiceStack extends Stack {
  constructor(scope: Construct, id: string, given: TicketServiceProps) {
    super(scope, id, given)
    const { stage, folders, databaseUrl, publicUrl, opsEmail } = given
    const { keepsData, database: size, pdfLifetime } = stage
    const network = size ? new Network(this, 'Network') : undefined
    const { bucket } = new TicketBucket(this, 'Tickets', { pdfLifetime, keepsData })
    network?.openBucket(bucket)
    const database = network && size ? new Database(this, 'Database', { network, size, keepsData }) : givenDatabase(databaseUrl)
    const queues = new RenderQueues(this, 'Queues')
    const topic = new Topic(this, ticketEventsTopic, { enforceSSL: true })
    const { secretArn: signingKeysArn } = new SigningKeys(this, 'SigningKeys', { keepsData })
    const api = new Api(this, 'Api', { stage })
    const ownUrl = publicUrl?.({ id: api.gateway.restApiId, stage: stage.name }) ?? api.url
    const parts: Parts = { database, bucket, queues, topic, signingKeysArn, publicUrl: ownUrl }

    const surroundings = { stage, parts, network }
    const code = Code.fromAsset(folders.service)
    const migration = new Migration(this, 'Migration', { ...surroundings, code: Code.fromAsset(folders.migrate) })
    const renderer = new Renderer(this, 'Renderer', { ...surroundings, code: Code.fromAsset(folders.renderer) })
    const caretakers = new Caretakers(this, 'Caretakers', { ...surroundings, code })
    const allowedCallers = given.allowedCallers ?? (stage.database ? this.account : 'anyone')
    api.addRoutes({ code, network, allowedCallers, parts: { ...parts, renderNow: renderer.now.function } })
    migration.runBefore(renderer, caretakers, ...api.functions)

    const monitored: MonitoredParts = {
      api: api.gateway,
      functions: {
        'render-now': renderer.now.function,
        'render-batch': renderer.batch.function,
        'dead-letter': caretakers.deadLetter.function,
        sweep: caretakers.sweep.function,
      },
      queues,
      database: size && database instanceof Database ? { ...size, instance: database.instance } : undefined,
    }
    const { all: alarms } = new Alarms(this, 'Alarms', { parts: monitored, opsEmail })
    new Dashboard(this, 'Dashboard', { parts: monitored, alarms })

    new CfnOutput(this, 'ApiUrl', { value: ownUrl, description: 'Address of the API' })
    new CfnOutput(this, 'SigningKeysSecret', { value: signingKeysArn, description: 'For "tickets keys --secret"' })
    new CfnOutput(this, 'TicketEventsTopic', { value: topic.topicArn, description: 'Tells when a batch is done' })
  }
}

function givenDatabase(url: string | undefined): { url: string } {
  if (url === undefined) throw new Error('The stage has no database of its own: set DATABASE_URL.')
  return { url }
}
