import type { VariableName } from './environment.ts'

const signingKeys = ['SIGNING_KEYS_FILE', 'SIGNING_KEYS_SECRET_ARN'] as const
const login = ['DATABASE_URL', 'DB_HOST', 'DB_PORT', 'DB_NAME', 'DB_USER', 'DB_PASSWORD', 'DB_AUTH', 'DB_TLS'] as const
const database = [...login, 'DB_POOL_SIZE'] as const

/**
 * The clients a function may ask for, each with its environment variables. They decide the permissions of the
 * function: without `signer` it holds no key, without `wallets` it signs no pass. `owner` is the role that owns the tables.
 */
export const clientVariables = {
  sql: database,
  owner: [...database, 'DB_SECRET_ARN'],
  storage: ['TICKET_BUCKET', 'AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_S3', 'STORAGE_PUBLIC_URL'],
  signer: signingKeys,
  links: [...signingKeys, 'PUBLIC_URL', 'LINK_LIFETIME_DAYS', 'WALLETS'],
  doors: [...signingKeys, 'PUBLIC_URL'],
  wallets: ['WALLET_FILE', 'WALLET_SECRET_ARN'],
  renderer: ['RENDER_FUNCTION'],
  trials: ['TRIAL_FUNCTION'],
  maker: ['DOWNLOAD_FUNCTION'],
  preparer: ['PREPARE_FUNCTION'],
  pusher: ['PUSH_FUNCTION'],
  eraser: ['ERASE_FUNCTION'],
  queues: ['RENDER_QUEUE_URL', 'RENDER_HIGH_QUEUE_URL'],
  topic: ['TICKET_EVENTS_TOPIC_ARN'],
  publicApi: ['PUBLIC_URL', 'AWS_REGION'],
} as const satisfies Record<string, readonly VariableName[]>

/** The name of one of the clients. */
export type ClientName = keyof typeof clientVariables
