import type { AskedFunction, BackgroundFunction } from '../aws/background-function.ts'
import type { PublicApi } from '../aws/public-api.ts'
import type { RenderQueue } from '../aws/render-queue.ts'
import type { TicketEvents } from '../aws/ticket-events.ts'
import type { TemplateRenderer, TicketRenderer } from '../aws/ticket-renderer.ts'
import type { TicketStorage } from '../aws/ticket-storage.ts'
import type { DownloadRequest } from '../contract/schemas/download.ts'
import type { ErasureAnswer, ErasureRequest } from '../contract/schemas/erasures.ts'
import type { PrepareRequest } from '../contract/schemas/render.ts'
import type { Queryable, Sql } from '../database/client.ts'
import type { DoorPasses } from '../trust/door-passes.ts'
import type { GuestLinks } from '../trust/guest-links.ts'
import type { TicketSigner } from '../trust/ticket-signer.ts'
import type { PassUpdates, PushOutcome } from '../wallet/pass-ticket.ts'
import type { Wallets } from '../wallet/wallets.ts'

/** Every client of the domain; runtime/clients.ts opens them. */
export interface AllClients {
  sql: Sql
  owner: Sql
  storage: TicketStorage
  signer: TicketSigner
  links: GuestLinks
  doors: DoorPasses
  wallets: Wallets
  renderer: TicketRenderer
  trials: TemplateRenderer
  maker: BackgroundFunction<DownloadRequest>
  preparer: BackgroundFunction<PrepareRequest>
  pusher: AskedFunction<PassUpdates, PushOutcome[]>
  eraser: AskedFunction<ErasureRequest, ErasureAnswer> & BackgroundFunction<ErasureRequest>
  queues: RenderQueue
  topic: TicketEvents
  publicApi: PublicApi
}

/** The clients that a function names, its first argument. */
export type Clients<Name extends keyof AllClients> = Pick<AllClients, Name>

/** A transaction, and the signer of the tickets it writes. */
export type SigningTransaction = Clients<'signer'> & { sql: Queryable }
