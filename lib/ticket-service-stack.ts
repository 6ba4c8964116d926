import { Aspects, CfnOutput, Stack } from 'aws-cdk-lib'
import { Code } from 'aws-cdk-lib/aws-lambda'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'
import { ticketEventsTopic } from '../functions/contract/queues.ts'
import { Alarms } from './alarms.ts'
import { Api } from './api.ts'
import { Budget } from './budget.ts'
import { connectionProblems } from './capacity.ts'
import { CustomDomain } from './custom-domain.ts'
import { Dashboard } from './dashboard.ts'
import { Database } from './database.ts'
import { addressOf, type DeployOptions, optionsIn, optionsKey } from './deploy-options.ts'
import { Encryption } from './encryption.ts'
import { Firewall } from './firewall.ts'
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
import { Traces } from './traces.ts'
import { WakeUpClock } from './wake-up.ts'
import { Worker, type WorkerContext } from './worker.ts'

/** Properties of the stack: the options of a deployment, and what its folders and stage come to. */
export interface TicketServiceProps extends Omit<DeployOptions, 'stage'> {
  stage: Stage
  /** The bundled code. */
  folders: FunctionFolders
  /** The database of a stage that has none of its own. */
  databaseUrl?: string | undefined
  /** Builds the address of the API on an emulator; the default is that of the options, or API Gateway's own. */
  emulatorUrl?: ((api: { id: string; stage: string }) => string) | undefined
  /** Whether the stack is created, so that protections must not stop its rollback; they come with the next deployment. */
  isFirstDeployment?: boolean | undefined
}

/** The whole service. Its parts are created in the order of their dependencies. */
export class TicketServiceStack extends Stack {
  constructor(scope: Construct, id: string, props: TicketServiceProps) {
    super(scope, id, { terminationProtection: props.stage.keepsData && !props.isFirstDeployment, tags: tagsOf(props) })
    const { stage, folders } = props
    // `npm run deploy` compares the next deployment with it.
    const given = new Map<string, unknown>(Object.entries(props))
    this.templateOptions.metadata = { [optionsKey]: optionsIn((name) => given.get(name)) }
    const network = stage.database ? this.makeNetwork(props) : undefined
    const database = this.makeDatabase(network, props)
    const { bucket } = new TicketBucket(this, 'Tickets', stage)
    network?.openBucket(bucket)
    const queues = new RenderQueues(this, 'Queues')
    const topic = new Topic(this, ticketEventsTopic, { enforceSSL: true })
    const { secretArn: signingKeysArn } = new SigningKeys(this, 'SigningKeys', stage)
    const allowedCallers = props.allowedCallers ?? (stage.database ? this.account : 'anyone')
    const api = new Api(this, 'Api', { stage, allowedCallers })
    const publicUrl = addressOf(props) ?? props.emulatorUrl?.({ id: api.gateway.restApiId, stage: stage.name }) ?? api.url
    const methodArn = (method: string, path: string) => api.gateway.arnForExecuteApi(method, path, stage.name)
    const wallets = walletsOf(props)
    const parts: Parts = { database, bucket, queues, topic, signingKeysArn, publicUrl, methodArn, wallets }

    const { code, migration, renderer, maintenance, downloads } = this.makeWorkers({ stage, parts, network }, folders)
    api.addRoutes({
      code,
      network,
      allowedCallers: [allowedCallers, maintenance.canaryArn].filter(Boolean).join(','),
      parts: {
        ...parts,
        renderNow: renderer.now.function,
        renderTrial: renderer.trial.function,
        makeDownload: downloads.function,
        prepareBatch: maintenance.prepareBatch,
        erase: maintenance.erase,
      },
    })
    new WakeUpClock(this, 'WakeUp', { functions: api.functions, renderNow: renderer.now })
    migration.runBefore(renderer, maintenance, downloads, ...api.functions.values())
    this.addEdge(api, props)
    this.addSafeguards(props)

    const ofRoutes = [...api.functions].map(([name, made]) => [name, made.function] as const)
    const functions = {
      ...renderer.functions,
      ...maintenance.functions,
      'make-download': downloads.function,
      ...Object.fromEntries(ofRoutes),
    }
    const monitored: MonitoredParts = { api: api.gateway, functions, queues, database: monitoredDatabase(database, stage) }
    if (stage.isMonitored) this.addMonitoring(monitored, props.opsEmail)
    this.addOutputs(parts)
    // An emulator may leave out the trigger that migrates: `npm run local:deploy` calls the function.
    if (stage.name === 'local') new CfnOutput(this, 'MigrateFunction', { value: migration.functionName })
    limitLogs(this, stage.logLifetime)
  }

  private makeWorkers(context: Omit<WorkerContext, 'code'>, folders: FunctionFolders) {
    const code = Code.fromAsset(folders.service)
    const migration = new Migration(this, 'Migration', { ...context, code: Code.fromAsset(folders.migrate) })
    const renderer = new Renderer(this, 'Renderer', { ...context, code: Code.fromAsset(folders.renderer) })
    const maintenance = new MaintenanceWorkers(this, 'Caretakers', { ...context, code })
    const downloads = new Worker(new Construct(this, 'Downloads'), 'make-download', {
      ...context,
      code,
      reservedConcurrency: context.stage.concurrency.makeDownload,
      memory: context.stage.memory.download,
    })
    return { code, migration, renderer, maintenance, downloads }
  }

  private makeNetwork({
    vpc,
    subnets = '',
    vpcCidr: cidr,
    traces,
    stage: { logLifetime, waysOut },
  }: TicketServiceProps): Network {
    const existing = vpc ? { vpcId: vpc, subnetIds: subnets.split(',') } : undefined
    return new Network(this, 'Network', { cidr, existing, logLifetime, waysOut, usesXray: traces === 'xray' })
  }

  private makeDatabase(network: Network | undefined, props: TicketServiceProps): Parts['database'] {
    const { stage, databaseUrl, isFirstDeployment, restoreSnapshot } = props
    const { database: size, keepsData, logLifetime } = stage
    if (network && size)
      return new Database(this, 'Database', { network, size, keepsData, logLifetime, isFirstDeployment, restoreSnapshot })
    if (databaseUrl === undefined) throw new Error(`The stage ${stage.name} has no database of its own: set DATABASE_URL.`)
    return { url: databaseUrl }
  }

  private addEdge({ gateway }: Api, { stage, domain, certificateArn, hostedZone }: TicketServiceProps): void {
    if (stage.hasFirewall) new Firewall(this, 'Firewall', { gateway, stage })
    if (!domain || !certificateArn) return
    const [id, name] = hostedZone?.split('/') ?? []
    new CustomDomain(this, 'Domain', { gateway, domain, certificateArn, zone: id && name ? { id, name } : undefined })
  }

  private addSafeguards({ stage, ownKey, traces, monthlyBudget: dollars, opsEmail: email }: TicketServiceProps): void {
    if (traces) new Traces(this, 'Traces', traces)
    if (ownKey) Aspects.of(this).add(new Encryption(this, 'Encryption', stage))
    if (dollars && email) new Budget(this, 'Budget', { dollars, email })
    const { database } = stage
    if (database) this.node.addValidation({ validate: () => connectionProblems(this, database) })
  }

  private addMonitoring(parts: MonitoredParts, opsEmail: string | undefined): void {
    const alarms = new Alarms(this, 'Alarms', { parts, opsEmail })
    new Dashboard(this, 'Dashboard', { parts, alarms: alarms.all })
  }

  private addOutputs({ publicUrl, signingKeysArn, topic }: Parts): void {
    new CfnOutput(this, 'ApiUrl', { value: publicUrl, description: 'Address of the API' })
    new CfnOutput(this, 'SigningKeysSecret', { value: signingKeysArn, description: 'For "tickets keys --secret"' })
    new CfnOutput(this, 'TicketEventsTopic', { value: topic.topicArn, description: 'Tells of every change' })
  }
}

function monitoredDatabase(database: Parts['database'], stage: Stage): MonitoredParts['database'] {
  return database instanceof Database && stage.database ? { ...stage.database, instance: database.instance } : undefined
}

function walletsOf({ wallets: types, walletSecretArn: secretArn }: TicketServiceProps): Parts['wallets'] {
  return types && secretArn ? { types, secretArn } : undefined
}

function tagsOf({ tags = '' }: TicketServiceProps): Record<string, string> {
  return Object.fromEntries(tags.split(',').flatMap((tag) => (tag ? [tag.split('=', 2)] : [])))
}
