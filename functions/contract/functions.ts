import type { ClientName } from './clients.ts'
import type { VariableName } from './environment.ts'
import { canaryEverySeconds, erasing, noticeSending, passChanges, sweepEverySeconds, workerTimeouts } from './retries.ts'

/**
 * The database roles of migrations/0003_roles.sql and 0020_erasures.sql: `api` is that of the routes and of most
 * workers, `renderer` may read what it prints and settle it, `eraser` may erase guests; `owner` owns the tables.
 */
export const databaseRoles = {
  api: 'ticket_api',
  renderer: 'ticket_renderer',
  eraser: 'ticket_eraser',
  owner: 'ticket_owner',
} as const

/** The purpose of a database role. */
export type DatabaseRole = keyof typeof databaseRoles

/**
 * A deployed function that is not an HTTP route. `module` is its file in functions/workers. `trigger` starts it: a
 * caller (`invoke`), the chunks of the render queues, chunks that were given up, a clock, or a deployment before new
 * code takes traffic. `databaseRole` is the role it logs in to PostgreSQL with. Runs of a schedule do not overlap,
 * unless the worker itself takes turns.
 */
export interface WorkerFunction {
  module: string
  purpose: string
  trigger:
    | { type: 'invoke' }
    | { type: 'render-queues' }
    | { type: 'dead-letter-queues' }
    | { type: 'schedule'; everySeconds: number; overlaps?: true }
    | { type: 'deployment' }
  timeoutSeconds: number
  uses: readonly ClientName[]
  databaseRole: DatabaseRole
  variables: readonly VariableName[]
}

const asApi = { databaseRole: 'api', variables: [] } as const
const asRenderer = {
  databaseRole: 'renderer',
  variables: ['MAX_FILE_SIZE', 'BROWSER_CACHE_DIR', 'CHROMIUM_PROCESSES', 'RENDER_DEADLINE_SECONDS', 'TAG_CACHE'],
} as const

/** The deployed functions that are not HTTP routes. */
export const workers = {
  'render-now': {
    module: 'render',
    purpose: 'Prints single tickets while their caller waits.',
    trigger: { type: 'invoke' },
    timeoutSeconds: workerTimeouts['render-now'],
    uses: ['sql', 'storage'],
    ...asRenderer,
  },
  'render-batch': {
    module: 'render',
    purpose: 'Prints chunks of batches from the queues.',
    trigger: { type: 'render-queues' },
    timeoutSeconds: workerTimeouts['render-batch'],
    uses: ['sql', 'storage'],
    ...asRenderer,
  },
  'render-trial': {
    module: 'render-trial',
    purpose: 'Checks, tries and shows templates, apart from everything that makes tickets.',
    trigger: { type: 'invoke' },
    timeoutSeconds: workerTimeouts['render-trial'],
    uses: [],
    ...asRenderer,
  },
  'make-download': {
    module: 'make-download',
    purpose: 'Puts all tickets of a batch into one file.',
    trigger: { type: 'invoke' },
    timeoutSeconds: workerTimeouts['make-download'],
    uses: ['sql', 'storage'],
    ...asApi,
  },
  'prepare-batch': {
    module: 'prepare-batch',
    purpose: 'Gives the guests of a large batch their tickets, and queues them.',
    trigger: { type: 'invoke' },
    timeoutSeconds: workerTimeouts['prepare-batch'],
    uses: ['sql', 'signer', 'queues'],
    ...asApi,
  },
  'dead-letter': {
    module: 'dead-letter',
    purpose: 'Settles chunks that used up their deliveries as failed, so that a batch always ends.',
    trigger: { type: 'dead-letter-queues' },
    timeoutSeconds: workerTimeouts['dead-letter'],
    uses: ['sql'],
    ...asApi,
  },
  sweep: {
    module: 'sweep',
    purpose: 'Sends lost chunks again, and deletes orphaned files.',
    trigger: { type: 'schedule', everySeconds: sweepEverySeconds },
    timeoutSeconds: workerTimeouts.sweep,
    uses: ['sql', 'storage', 'queues', 'preparer'],
    databaseRole: 'api',
    variables: ['SWEEP_AFTER_SECONDS', 'TIDY_AFTER_SECONDS'],
  },
  'send-notices': {
    module: 'send-notices',
    purpose: 'Tells the topic of every change that was committed.',
    trigger: { type: 'schedule', everySeconds: noticeSending.everySeconds, overlaps: true },
    timeoutSeconds: workerTimeouts['send-notices'],
    uses: ['sql', 'topic'],
    ...asApi,
  },
  'find-changed-passes': {
    module: 'find-changed-passes',
    purpose: 'Finds wallet passes whose tickets have changed, and has their wallets told.',
    trigger: { type: 'schedule', everySeconds: passChanges.startEverySeconds, overlaps: true },
    timeoutSeconds: workerTimeouts['find-changed-passes'],
    uses: ['sql', 'pusher'],
    ...asApi,
  },
  'push-passes': {
    module: 'push-passes',
    purpose: 'Tells Apple and Google of changed passes.',
    trigger: { type: 'invoke' },
    timeoutSeconds: workerTimeouts['push-passes'],
    uses: ['wallets'],
    ...asApi,
  },
  erase: {
    module: 'erase',
    purpose: 'Erases guests, as asked and after the retention of their event.',
    trigger: { type: 'schedule', everySeconds: erasing.everySeconds, overlaps: true },
    timeoutSeconds: workerTimeouts.erase,
    uses: ['sql', 'storage'],
    databaseRole: 'eraser',
    variables: [],
  },
  canary: {
    module: 'canary',
    purpose: 'Makes and checks a ticket through the public API, as Core, a guest and a door would.',
    trigger: { type: 'schedule', everySeconds: canaryEverySeconds },
    timeoutSeconds: workerTimeouts.canary,
    uses: ['publicApi'],
    ...asApi,
  },
  migrate: {
    module: 'migrate',
    purpose: 'Brings the database to what this version needs, and publishes the built-in templates.',
    trigger: { type: 'deployment' },
    timeoutSeconds: workerTimeouts.migrate,
    uses: ['owner'],
    databaseRole: 'owner',
    variables: ['MIGRATIONS_PATH', 'TEMPLATES_PATH'],
  },
} as const satisfies Record<string, WorkerFunction>
