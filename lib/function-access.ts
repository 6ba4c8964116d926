import { Stack } from 'aws-cdk-lib'
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { canaryCalls } from '../functions/contract/canary.ts'
import type { ClientName } from '../functions/contract/clients.ts'
import { variables } from '../functions/contract/environment.ts'
import { type DatabaseRole, databaseRoles } from '../functions/contract/functions.ts'
import { allow } from './allow.ts'
import { databaseRootsFile } from './database-roots.ts'
import type { InvokedFunction, Parts } from './parts.ts'
import { storageStatements } from './storage-access.ts'

/** The environment variables of a function, and its permissions besides writing its log. */
export interface FunctionAccess {
  environment: Record<string, string>
  statements: PolicyStatement[]
}

/** A function's name and the clients it uses, as in contract/functions.ts. */
export interface FunctionNeeds {
  name: string
  uses: readonly ClientName[]
  databaseRole: DatabaseRole
}

/** Grants a function what its clients need, and nothing else. */
export function accessFor(parts: Parts, needs: FunctionNeeds): FunctionAccess {
  const granted = needs.uses.map((client) => grants[client](parts, needs))
  return {
    environment: Object.assign({}, ...granted.map(({ environment }) => environment)),
    statements: deduplicate(granted.flatMap(({ statements }) => statements)),
  }
}

type Grant = (parts: Parts, needs: FunctionNeeds) => FunctionAccess

const grants: Record<ClientName, Grant> = {
  sql: ({ database }, { databaseRole }) => grantDatabase(database, databaseRole),
  owner: ({ database }) => grantDatabase(database, 'owner'),
  signer: grantSigningKeys,
  links: (parts) => {
    const { environment, statements } = grantSigningKeys(parts)
    return { environment: { ...environment, ...(parts.wallets ? { WALLETS: parts.wallets.types } : {}) }, statements }
  },
  doors: grantSigningKeys,
  wallets: ({ wallets }) => (wallets ? grantSecret('WALLET_SECRET_ARN', wallets.secretArn) : { environment: {}, statements: [] }),
  storage: ({ bucket }, { name }) => ({
    environment: { TICKET_BUCKET: bucket.bucketName },
    statements: storageStatements(name, bucket),
  }),
  renderer: ({ renderNow }) => grantInvocation('RENDER_FUNCTION', renderNow),
  trials: ({ renderTrial }) => grantInvocation('TRIAL_FUNCTION', renderTrial),
  maker: ({ makeDownload }) => grantInvocation('DOWNLOAD_FUNCTION', makeDownload),
  preparer: ({ prepareBatch }) => grantInvocation('PREPARE_FUNCTION', prepareBatch),
  pusher: ({ pushPasses }) => grantInvocation('PUSH_FUNCTION', pushPasses),
  eraser: ({ erase }) => grantInvocation('ERASE_FUNCTION', erase),
  queues: ({ queues: { high, normal } }, { name }) => ({
    environment: { RENDER_HIGH_QUEUE_URL: high.queue.queueUrl, RENDER_QUEUE_URL: normal.queue.queueUrl },
    // Every function with this client sends messages, except the health check.
    statements: [
      allow(
        [name === 'get-detailed-health' ? 'sqs:GetQueueAttributes' : 'sqs:SendMessage'],
        high.queue.queueArn,
        normal.queue.queueArn,
      ),
    ],
  }),
  topic: ({ topic }) => ({
    environment: { TICKET_EVENTS_TOPIC_ARN: topic.topicArn },
    statements: [allow(['sns:Publish'], topic.topicArn)],
  }),
  publicApi: ({ publicUrl, methodArn }) => ({
    environment: { PUBLIC_URL: publicUrl },
    statements: [allow(['execute-api:Invoke'], ...Object.values(canaryCalls).map(({ method, path }) => methodArn(method, path)))],
  }),
}

function grantSigningKeys({ signingKeysArn }: Parts): FunctionAccess {
  return grantSecret('SIGNING_KEYS_SECRET_ARN', signingKeysArn)
}

function grantSecret(variable: string, secretArn: string): FunctionAccess {
  return { environment: { [variable]: secretArn }, statements: [allow(['secretsmanager:GetSecretValue'], secretArn)] }
}

function grantInvocation(variable: string, invoked: InvokedFunction | undefined): FunctionAccess {
  if (!invoked) throw new Error(`Create the function of ${variable} before the functions that invoke it.`)
  return {
    environment: { [variable]: invoked.functionName },
    statements: [allow(['lambda:InvokeFunction'], invoked.functionArn)],
  }
}

function grantDatabase(database: Parts['database'], role: DatabaseRole): FunctionAccess {
  if ('url' in database) return { environment: { DATABASE_URL: database.url }, statements: [] }
  const { dbInstanceEndpointAddress: host, dbInstanceEndpointPort: port } = database.instance
  // The first login needs the owner's password, since RDS does not accept tokens before it.
  const password = role === 'owner' ? grantSecret('DB_SECRET_ARN', database.ownerSecretArn) : { environment: {}, statements: [] }
  return {
    environment: {
      DB_HOST: host,
      DB_PORT: port,
      DB_NAME: variables.DB_NAME.schema.parse(undefined),
      DB_USER: databaseRoles[role],
      DB_AUTH: 'iam',
      DB_TLS: 'verify',
      NODE_EXTRA_CA_CERTS: databaseRootsFile(Stack.of(database).region),
      ...password.environment,
    },
    statements: [allow(['rds-db:connect'], database.loginArn(role)), ...password.statements],
  }
}

/** Drops repeated statements, such as those of `signer` and `links`. */
function deduplicate(statements: PolicyStatement[]): PolicyStatement[] {
  return [...new Map(statements.map((statement) => [JSON.stringify(statement.toStatementJson()), statement])).values()]
}
