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

/** The pools of this process, which on Lambda is one function's, by the timeout that their statements keep to. */
const pools = new Map<number, Pool>()

/** Abandons the database connections of this process: what is under way is rejected, and the next statement connects anew. */
export function abandonConnections(): void {
  for (const pool of pools.values()) pool.abandon()
}

const loadWallets = () => import('./wallet-source.ts')

// Each loads its modules when opened: parsing the SDKs of unused clients would be a third of a cold start.
const open: { [Name in ClientName]: (timeoutSeconds: number) => Promise<AllClients[Name]> } = {
  sql: async (timeoutSeconds) => {
    const pool = pools.get(timeoutSeconds) ?? connect(readEnvironment(clientVariables.sql), { timeoutSeconds })
    pools.set(timeoutSeconds, pool)
    return pool
  },
  // Anew for each deployment, since the one before may have changed how the owner logs in.
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
  renderer: loadOnce(async () => {
    const { RENDER_FUNCTION } = readEnvironment(clientVariables.renderer)
    return (await import('../aws/ticket-renderer.ts')).openTicketRenderer(RENDER_FUNCTION, currentOrigin)
  }),
  trials: loadOnce(async () => {
    const { TRIAL_FUNCTION } = readEnvironment(clientVariables.trials)
    return (await import('../aws/ticket-renderer.ts')).openTicketRenderer(TRIAL_FUNCTION, currentOrigin)
  }),
  maker: loadOnce(async () => {
    const { DOWNLOAD_FUNCTION } = readEnvironment(clientVariables.maker)
    return (await import('../aws/background-function.ts')).openBackgroundFunction(DOWNLOAD_FUNCTION, currentOrigin)
  }),
  preparer: loadOnce(async () => {
    const { PREPARE_FUNCTION } = readEnvironment(clientVariables.preparer)
    return (await import('../aws/background-function.ts')).openBackgroundFunction(PREPARE_FUNCTION, currentOrigin)
  }),
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
 * Opens the named clients, each once a process; those that hold keys anew when the keys change, so their
 * functions open them for each request.
 * @param timeoutSeconds The timeout of the function, which statements keep to.
 * @throws Error that names what is wrong with the environment.
 */
export async function openClients<Name extends ClientName>(
  names: readonly Name[],
  timeoutSeconds = Number.POSITIVE_INFINITY,
): Promise<Clients<Name>> {
  const entries = await Promise.all(names.map(async (name) => [name, await open[name](timeoutSeconds)]))
  return Object.fromEntries(entries)
}

/** Makes a client from keys that may change, and again when they are others. */
function perSource<Keys, T>(source: () => Promise<() => Promise<Keys>>, make: (keys: Keys) => T | Promise<T>): () => Promise<T> {
  let made: { keys: Keys; client: () => Promise<T> } | undefined
  return async () => {
    const keys = await (await source())()
    if (made?.keys !== keys) made = { keys, client: loadOnce(async () => make(keys)) }
    return await made.client()
  }
}
