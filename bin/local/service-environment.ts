import { homedir } from 'node:os'
import { join } from 'node:path'
import { variables } from '../../functions/contract/environment.ts'
import { readEnvironment } from '../../functions/runtime/environment.ts'
import { localCoreRole } from './gateway/local-callers.ts'
import { type Aws, localCredentials } from './queues/aws.ts'

/** The addresses and folders that the service's functions need. */
interface Places {
  databaseUrl: string
  aws: Aws
  stateFolder: string
  publicUrl: string
  requireAuth?: boolean | undefined
}

/**
 * Sets the addresses in `process.env`, where the functions read them. AWS variables of the shell are
 * removed, so that a developer's own account is never used.
 */
export function setServiceEnvironment({ databaseUrl, aws, stateFolder, publicUrl, requireAuth }: Places): void {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name]
  Object.assign(process.env, {
    DATABASE_URL: databaseUrl,
    DB_POOL_SIZE: process.env.DB_POOL_SIZE || '10',
    TICKET_BUCKET: localBucket,
    SIGNING_KEYS_FILE: join(stateFolder, 'signing-keys.json'),
    SIGNING_KEYS_SECRET_ARN: '',
    WALLET_FILE: process.env.WALLET_FILE || join(stateFolder, 'wallet.json'),
    WALLET_SECRET_ARN: '',
    ALLOWED_CALLERS: requireAuth ? process.env.ALLOWED_CALLERS || localCoreRole : 'anyone',
    MIGRATIONS_PATH: join(import.meta.dirname, '../../migrations'),
    TEMPLATES_PATH: process.env.TEMPLATES_PATH || join(import.meta.dirname, '../../templates'),
    PUBLIC_URL: process.env.PUBLIC_URL || publicUrl,
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_REGION: aws.region,
    AWS_ACCESS_KEY_ID: localCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: localCredentials.secretAccessKey,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...aws.queueUrls,
    TICKET_EVENTS_TOPIC_ARN: aws.topicArn,
  })
}

/**
 * Finds the folder for Chromium and fonts: the user's own cache (XDG Base Directory Specification), since its owner
 * decides which program runs.
 */
export function findCacheFolder(): string {
  const { BROWSER_CACHE_DIR, XDG_CACHE_HOME } = readEnvironment(['BROWSER_CACHE_DIR', 'XDG_CACHE_HOME'])
  return BROWSER_CACHE_DIR ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ticket-generator')
}

/** The name of the bucket. */
export const localBucket = variables.TICKET_BUCKET.schema.parse(undefined)

/** Sets variables for the functions that start later. */
export function setVariables(values: Record<string, string>): void {
  Object.assign(process.env, values)
}
