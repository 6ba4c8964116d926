import type { VariableName } from './environment.ts'

const signingKeys = ['SIGNING_KEYS_FILE', 'SIGNING_KEYS_SECRET_ARN'] as const

/**
 * Lists the clients a function may ask for, each with the environment variables it is built from. What a function uses
 * decides its environment and its permissions, so a function that does not name `signer` can hold no key, and one that does not name
 * `wallets` can sign no pass: `links` knows only which wallets are offered.
 */
export const clientVariables = {
  sql: ['DATABASE_URL', 'DB_HOST', 'DB_PORT', 'DB_NAME', 'DB_USER', 'DB_PASSWORD', 'DB_POOL_SIZE'],
  storage: ['TICKET_BUCKET', 'AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_S3'],
  signer: signingKeys,
  links: [...signingKeys, 'PUBLIC_URL', 'LINK_LIFETIME_DAYS', 'WALLETS'],
  doors: [...signingKeys, 'PUBLIC_URL'],
  wallets: ['WALLET_FILE', 'WALLET_SECRET_ARN'],
  renderer: ['RENDER_FUNCTION'],
  queues: ['RENDER_QUEUE_URL', 'RENDER_HIGH_QUEUE_URL'],
  topic: ['TICKET_EVENTS_TOPIC_ARN'],
} as const satisfies Record<string, readonly VariableName[]>

/** Names one of the clients. */
export type ClientName = keyof typeof clientVariables

/**
 * Describes a deployed function that is not an HTTP route. `module` is its file in functions/workers; what makes it run is a caller
 * (`invoke`), the chunks of the render queues, the chunks that were given up, or a clock.
 */
export interface WorkerFunction {
  module: string
  purpose: string
  trigger:
    | { type: 'invoke' }
    | { type: 'render-queues' }
    | { type: 'dead-letter-queues' }
    | { type: 'schedule'; everySeconds: number }
  timeoutSeconds: number
  uses: readonly ClientName[]
  variables: readonly VariableName[]
}

const printing = ['MAX_FILE_SIZE', 'BROWSER_CACHE_DIR', 'RENDER_DEADLINE_SECONDS'] as const

/** Lists the deployed functions that are not HTTP routes. */
export const workers = {
  'render-now': {
    module: 'render',
    purpose: 'Prints single tickets while their caller waits.',
    trigger: { type: 'invoke' },
    timeoutSeconds: 25,
    uses: ['sql', 'storage', 'topic'],
    variables: printing,
  },
  'render-batch': {
    module: 'render',
    purpose: 'Prints chunks of batches from the queues.',
    trigger: { type: 'render-queues' },
    timeoutSeconds: 120,
    uses: ['sql', 'storage', 'topic'],
    variables: printing,
  },
  'dead-letter': {
    module: 'dead-letter',
    purpose: 'Settles as failed what was tried out, so that a batch always ends.',
    trigger: { type: 'dead-letter-queues' },
    timeoutSeconds: 30,
    uses: ['sql', 'topic'],
    variables: [],
  },
  sweep: {
    module: 'sweep',
    purpose: 'Sends again what got lost, and deletes files that no ticket names.',
    trigger: { type: 'schedule', everySeconds: 60 },
    timeoutSeconds: 55,
    uses: ['sql', 'storage', 'queues', 'topic'],
    variables: ['SWEEP_AFTER_SECONDS', 'TIDY_AFTER_SECONDS'],
  },
} as const satisfies Record<string, WorkerFunction>
