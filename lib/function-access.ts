import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { ClientName } from '../functions/contract/clients.ts'
import { variables } from '../functions/contract/environment.ts'
import { type DatabaseRole, databaseRoles } from '../functions/contract/functions.ts'
import type { Database } from './database.ts'
import type { RenderQueues } from './render-queues.ts'

/** Is what a function gets: its environment variables, and what it may do besides writing its log. */
export interface FunctionAccess {
  environment: Record<string, string>
  statements: PolicyStatement[]
}

/** Is everything that clients reach. The database is one of ours, or somebody's by URL. */
export interface Parts {
  database: Database | { url: string }
  bucket: Bucket
  queues: RenderQueues
  topic: ITopic
  signingKeysArn: string
  publicUrl: string
  /** Is which wallets guests are offered, as WALLETS says it, and the secret that signs their passes; absent where there are none. */
  wallets?: { types: string; secretArn: string } | undefined
  /** Is the function that prints single tickets; absent for functions that are made before it. */
  renderNow?: { functionName: string; functionArn: string }
  /** The function that tries templates; absent for functions that are made before it. */
  renderTrial?: { functionName: string; functionArn: string }
  /** Is the function that makes downloads; absent for functions that are made before it. */
  makeDownload?: { functionName: string; functionArn: string }
}

/** Names a function and says what it uses, as the contract does. */
export interface FunctionNeeds {
  name: string
  uses: readonly ClientName[]
  databaseRole: DatabaseRole
}

/** Gives a function what the clients that it uses need, and nothing else. */
export function accessFor(parts: Parts, needs: FunctionNeeds): FunctionAccess {
  const given = needs.uses.map((client) => clients[client](parts, needs))
  return {
    environment: Object.assign({}, ...given.map(({ environment }) => environment)),
    statements: merge(given.flatMap(({ statements }) => statements)),
  }
}

type Giver = (parts: Parts, needs: FunctionNeeds) => FunctionAccess

const signingKeys: Giver = ({ signingKeysArn }) => ({
  environment: { SIGNING_KEYS_SECRET_ARN: signingKeysArn },
  statements: [allow(['secretsmanager:GetSecretValue'], [signingKeysArn])],
})

const clients: Record<ClientName, Giver> = {
  sql: ({ database }, { databaseRole }) => logIn(database, databaseRole),
  owner: ({ database }) => logIn(database, 'owner'),
  signer: signingKeys,
  links: (parts, needs) => {
    const { environment, statements } = signingKeys(parts, needs)
    return { environment: { ...environment, ...(parts.wallets ? { WALLETS: parts.wallets.types } : {}) }, statements }
  },
  doors: signingKeys,
  wallets: ({ wallets }) => {
    if (!wallets) return { environment: {}, statements: [] }
    return {
      environment: { WALLET_SECRET_ARN: wallets.secretArn },
      statements: [allow(['secretsmanager:GetSecretValue'], [wallets.secretArn])],
    }
  },
  storage: ({ bucket }, { name }) => ({
    environment: { TICKET_BUCKET: bucket.bucketName },
    statements: statementsOf(name, storageUses, {
      bucket: bucket.bucketArn,
      files: bucket.arnForObjects('tickets/*'),
      downloads: bucket.arnForObjects('downloads/*'),
    }),
  }),
  renderer: ({ renderNow }) => {
    if (!renderNow) throw new Error('A function that asks the renderer is made after it.')
    return {
      environment: { RENDER_FUNCTION: renderNow.functionName },
      statements: [allow(['lambda:InvokeFunction'], [renderNow.functionArn])],
    }
  },
  trials: ({ renderTrial }) => {
    if (!renderTrial) throw new Error('A function that has templates tried is made after the one that tries them.')
    return {
      environment: { TRIAL_FUNCTION: renderTrial.functionName },
      statements: [allow(['lambda:InvokeFunction'], [renderTrial.functionArn])],
    }
  },
  maker: ({ makeDownload }) => {
    if (!makeDownload) throw new Error('A function that has downloads made is made after the one that makes them.')
    return {
      environment: { DOWNLOAD_FUNCTION: makeDownload.functionName },
      statements: [allow(['lambda:InvokeFunction'], [makeDownload.functionArn])],
    }
  },
  queues: ({ queues: { high, normal } }, { name }) => ({
    environment: { RENDER_HIGH_QUEUE_URL: high.queue.queueUrl, RENDER_QUEUE_URL: normal.queue.queueUrl },
    statements: [allow(queueUses[name] ?? ['sqs:SendMessage'], [high.queue.queueArn, normal.queue.queueArn])],
  }),
  topic: ({ topic }) => ({
    environment: { TICKET_EVENTS_TOPIC_ARN: topic.topicArn },
    statements: [allow(['sns:Publish'], [topic.topicArn])],
  }),
}

type StorageUse = { on: 'bucket' | 'files' | 'downloads'; actions: string[] }

/** Says what each function that uses `storage` does with it: most read or write only. */
const storageUses: Record<string, StorageUse[]> = {
  'get-pdf': [{ on: 'files', actions: ['s3:GetObject'] }],
  'get-detailed-health': [{ on: 'bucket', actions: ['s3:ListBucket'] }],
  // Without the right to list, S3 answers 403 in place of 404 for an object that is not there.
  'get-png': [
    { on: 'bucket', actions: ['s3:ListBucket'] },
    { on: 'files', actions: ['s3:GetObject'] },
  ],
  'download-batch': [
    { on: 'bucket', actions: ['s3:ListBucket'] },
    { on: 'downloads', actions: ['s3:GetObject'] },
  ],
  'make-download': [
    { on: 'bucket', actions: ['s3:ListBucket'] },
    { on: 'files', actions: ['s3:GetObject'] },
    { on: 'downloads', actions: ['s3:PutObject', 's3:AbortMultipartUpload'] },
  ],
  'render-now': [{ on: 'files', actions: ['s3:GetObject', 's3:PutObject'] }],
  'render-batch': [{ on: 'files', actions: ['s3:PutObject'] }],
  sweep: [
    { on: 'bucket', actions: ['s3:ListBucket'] },
    { on: 'files', actions: ['s3:DeleteObject'] },
  ],
}

/** Names the functions that use the queues without sending to them. */
const queueUses: Record<string, string[]> = { 'get-detailed-health': ['sqs:GetQueueAttributes'] }

function statementsOf(name: string, uses: typeof storageUses, on: Record<StorageUse['on'], string>): PolicyStatement[] {
  const own = uses[name]
  if (!own) throw new Error(`lib/function-access.ts does not say what "${name}" does with the bucket: add it to storageUses.`)
  return own.map((use) => allow(use.actions, [on[use.on]]))
}

function logIn(database: Parts['database'], role: DatabaseRole): FunctionAccess {
  if ('url' in database) return { environment: { DATABASE_URL: database.url }, statements: [] }
  const { dbInstanceEndpointAddress: host, dbInstanceEndpointPort: port } = database.instance
  const environment = {
    DB_HOST: host,
    DB_PORT: port,
    DB_NAME: variables.DB_NAME.schema.parse(undefined),
    DB_USER: databaseRoles[role],
    DB_TLS: 'verify',
    // Lambda brings the certificates of RDS's authorities, which Node does not trust by itself. AWS Lambda, "Using Amazon RDS".
    NODE_EXTRA_CA_CERTS: '/var/runtime/ca-cert.pem',
  }
  if (role === 'owner')
    return {
      environment: { ...environment, DB_SECRET_ARN: database.ownerSecretArn },
      statements: [allow(['secretsmanager:GetSecretValue'], [database.ownerSecretArn])],
    }
  return { environment: { ...environment, DB_AUTH: 'iam' }, statements: [allow(['rds-db:connect'], [database.loginArn(role)])] }
}

function allow(actions: string[], resources: string[]): PolicyStatement {
  return new PolicyStatement({ actions, resources })
}

/** Drops what is said twice, as by `signer` and `links`. */
function merge(statements: PolicyStatement[]): PolicyStatement[] {
  const said = new Map(statements.map((statement) => [JSON.stringify(statement.toStatementJson()), statement]))
  return [...said.values()]
}
