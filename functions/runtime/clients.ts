import { type ClientName, clientVariables } from '../contract/clients.ts'
import { connect, type Pool } from '../database/client.ts'
import type { AllClients, Clients } from '../domain/clients.ts'
import { makeDoorPasses } from '../trust/door-passes.ts'
import { makeGuestLinks } from '../trust/guest-links.ts'
import type { KeyRing } from '../trust/key-ring.ts'
import type { SigningKeys } from '../trust/signing-keys.ts'
import { makeTicketSigner } from '../trust/ticket-signer.ts'
import { readEnvironment } from './environment.ts'
import { loadOnce } from './lazy.ts'
import { currentOrigin } from './tracing.ts'

const keyRing = loadOnce(async (): Promise<KeyRing> => {
  const environment = readEnvironment(clientVariables.signer)
  return (await import('./signing-key-source.ts')).openKeyRing(environment)
})

const perKeys = <T>(make: (keys: SigningKeys) => T) => perSource(keyRing, make)

/** The pools of this process by their statement timeout; on Lambda a process serves one function. */
const pools = new Map<number, Pool>()

/** Abandons the database connections of this process: statements in progress are rejected, the next one reconnects. */
export function abandonConnections(): void {
  for (const pool of pools.values()) pool.abandon()
}

const loadWallets = () => import('./wallet-source.ts')

// Each loads its modules when opened: loading the SDKs of unused clients would take a third of a cold start.
const open: { [Name in ClientName]: (timeoutSeconds: number) => Promise<AllClients[Name]> } = {
  sql: async (timeoutSeconds) => {
    const pool = pools.get(timeoutSeconds) ?? connect(readEnvironment(clientVariables.sql), { timeoutSeconds })
    pools.set(timeoutSeconds, pool)
    return pool
  },
  // Reopened for each deployment, since the last one may have changed how the owner logs in.
  owner: async () => {
    const environment = readEnvironment(clientVariables.owner)
    return (await import('./database-owner.ts')).connectAsOwner(environment)
  },
  storage: loadOnce(async () => {
    const environment = readEnvironment(clientVariables.storage)
    const forcePathStyle = Boolean(environment.AWS_ENDPOINT_URL_S3 ?? environment.AWS_ENDPOINT_URL)
    const publicUrl = environment.STORAGE_PUBLIC_URL
    return (await import('../aws/ticket-storage.ts')).openTicketStorage(environment.TICKET_BUCKET, { forcePathStyle, publicUrl })
  }),
  signer: perKeys(makeTicketSigner),
  links: perKeys(({ links: secret }) => {
    const { PUBLIC_URL, LINK_LIFETIME_DAYS, WALLETS } = readEnvironment(clientVariables.links)
    return makeGuestLinks({ secret, publicUrl: PUBLIC_URL, lifetimeDays: LINK_LIFETIME_DAYS, wallets: WALLETS })
  }),
  doors: perKeys(({ links: secret }) => makeDoorPasses({ secret, publicUrl: readEnvironment(clientVariables.doors).PUBLIC_URL })),
  wallets: perSource(
    loadOnce(async () => (await loadWallets()).openWalletSettings(readEnvironment(clientVariables.wallets))),
    async (settings) => (await loadWallets()).makeWallets(settings),
  ),
  renderer: openRenderer(clientVariables.renderer),
  trials: openRenderer(clientVariables.trials),
  maker: openBackground(clientVariables.maker),
  preparer: openBackground(clientVariables.preparer),
  pusher: loadOnce(async () => {
    const { PUSH_FUNCTION } = readEnvironment(clientVariables.pusher)
    const { pushOutcomes } = await import('../wallet/pass-ticket.ts')
    return (await import('../aws/background-function.ts')).openAskedFunction(PUSH_FUNCTION, pushOutcomes, currentOrigin)
  }),
  eraser: loadOnce(async () => {
    const { ERASE_FUNCTION } = readEnvironment(clientVariables.eraser)
    const { openAskedFunction, openBackgroundFunction } = await import('../aws/background-function.ts')
    const { erasureAnswer } = await import('../contract/schemas/erasures.ts')
    return {
      ...openAskedFunction(ERASE_FUNCTION, erasureAnswer, currentOrigin),
      ...openBackgroundFunction(ERASE_FUNCTION, currentOrigin),
    }
  }),
  queues: loadOnce(async () => {
    const { RENDER_HIGH_QUEUE_URL: high, RENDER_QUEUE_URL: normal } = readEnvironment(clientVariables.queues)
    return (await import('../aws/render-queue.ts')).openRenderQueue({ high, normal }, currentOrigin)
  }),
  topic: loadOnce(async () => {
    const { TICKET_EVENTS_TOPIC_ARN } = readEnvironment(clientVariables.topic)
    return (await import('../aws/ticket-events.ts')).openTicketEvents(TICKET_EVENTS_TOPIC_ARN)
  }),
  publicApi: loadOnce(async () => {
    const { PUBLIC_URL, AWS_REGION } = readEnvironment(clientVariables.publicApi)
    return (await import('../aws/public-api.ts')).openPublicApi(PUBLIC_URL, AWS_REGION)
  }),
}

/**
 * Opens the named clients, each once per process. Clients that hold keys are reopened when the keys change, so their
 * functions call this for each request.
 * @param timeoutSeconds The timeout of the function, which bounds its statements.
 * @throws Error that names what is wrong with the environment.
 */
export async function openClients<Name extends ClientName>(
  names: readonly Name[],
  timeoutSeconds = Number.POSITIVE_INFINITY,
): Promise<Clients<Name>> {
  const entries = await Promise.all(names.map(async (name) => [name, await open[name](timeoutSeconds)]))
  return Object.fromEntries(entries)
}

function openRenderer([variable]: readonly ['RENDER_FUNCTION' | 'TRIAL_FUNCTION']) {
  return loadOnce(async () => {
    const { openTicketRenderer } = await import('../aws/ticket-renderer.ts')
    return openTicketRenderer(readEnvironment([variable])[variable], currentOrigin)
  })
}

function openBackground([variable]: readonly ['DOWNLOAD_FUNCTION' | 'PREPARE_FUNCTION']) {
  return loadOnce(async () => {
    const { openBackgroundFunction } = await import('../aws/background-function.ts')
    return openBackgroundFunction(readEnvironment([variable])[variable], currentOrigin)
  })
}

/** Makes a client from keys, and a new one whenever the keys have changed. */
function perSource<Keys, T>(source: () => Promise<() => Promise<Keys>>, make: (keys: Keys) => T | Promise<T>): () => Promise<T> {
  let made: { keys: Keys; client: () => Promise<T> } | undefined
  return async () => {
    const keys = await (await source())()
    if (made?.keys !== keys) made = { keys, client: loadOnce(async () => make(keys)) }
    return await made.client()
  }
}
