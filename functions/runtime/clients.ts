import type { DownloadMaker } from '../aws/download-maker.ts'
import type { RenderQueue } from '../aws/render-queue.ts'
import type { TicketEvents } from '../aws/ticket-events.ts'
import type { TemplateRenderer, TicketRenderer } from '../aws/ticket-renderer.ts'
import type { TicketStorage } from '../aws/ticket-storage.ts'
import { type ClientName, clientVariables } from '../contract/clients.ts'
import { connect, type Pool, type Sql } from '../database/client.ts'
import { type DoorPasses, makeDoorPasses } from '../trust/door-passes.ts'
import { type GuestLinks, makeGuestLinks } from '../trust/guest-links.ts'
import type { KeyRing } from '../trust/key-ring.ts'
import type { SigningKeys } from '../trust/signing-keys.ts'
import { makeTicketSigner, type TicketSigner } from '../trust/ticket-signer.ts'
import { readEnvironment } from './environment.ts'
import { loadOnce } from './lazy.ts'
import type { Wallets } from './wallet-source.ts'

/** Every client a function may ask for; the domain functions take those they need as their first argument. */
export interface Clients {
  sql: Pool
  owner: Sql
  storage: TicketStorage
  signer: TicketSigner
  links: GuestLinks
  doors: DoorPasses
  wallets: Wallets
  renderer: TicketRenderer
  trials: TemplateRenderer
  maker: DownloadMaker
  queues: RenderQueue
  topic: TicketEvents
}

const keyRing = loadOnce(async (): Promise<KeyRing> => {
  const environment = readEnvironment(clientVariables.signer)
  return (await import('./signing-key-source.ts')).openKeyRing(environment)
})

const perKeys = <T>(make: (keys: SigningKeys) => T) => perSource(keyRing, make)

/** The pools of this process, which on Lambda is one function's, by the timeout that their statements keep to. */
const pools = new Map<number, Pool>()

const loadWallets = () => import('./wallet-source.ts')

// Each loads what it needs when it is opened: parsing the SDKs of clients that a function does not use would be a third of its cold start.
const open: { [Name in ClientName]: (timeoutSeconds: number) => Promise<Clients[Name]> } = {
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
    return (await import('../aws/ticket-storage.ts')).openTicketStorage(environment.TICKET_BUCKET, { forcePathStyle })
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
    return (await import('../aws/ticket-renderer.ts')).openTicketRenderer(RENDER_FUNCTION)
  }),
  trials: loadOnce(async () => {
    const { TRIAL_FUNCTION } = readEnvironment(clientVariables.trials)
    return (await import('../aws/ticket-renderer.ts')).openTicketRenderer(TRIAL_FUNCTION)
  }),
  maker: loadOnce(async () => {
    const { DOWNLOAD_FUNCTION } = readEnvironment(clientVariables.maker)
    return (await import('../aws/download-maker.ts')).openDownloadMaker(DOWNLOAD_FUNCTION)
  }),
  queues: loadOnce(async () => {
    const { RENDER_HIGH_QUEUE_URL: high, RENDER_QUEUE_URL: normal } = readEnvironment(clientVariables.queues)
    return (await import('../aws/render-queue.ts')).openRenderQueue({ high, normal })
  }),
  topic: loadOnce(async () => {
    const { TICKET_EVENTS_TOPIC_ARN } = readEnvironment(clientVariables.topic)
    return (await import('../aws/ticket-events.ts')).openTicketEvents(TICKET_EVENTS_TOPIC_ARN)
  }),
}

/**
 * Opens the named clients, each once a process, from its environment variables; those that hold keys anew when the keys change, so a
 * function that holds any opens its clients for each request.
 * @param timeoutSeconds The timeout of the function, which statements keep to.
 * @throws Error that names what is wrong with the environment.
 */
export async function openClients<Name extends ClientName>(
  names: readonly Name[],
  timeoutSeconds = Number.POSITIVE_INFINITY,
): Promise<Pick<Clients, Name>> {
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
