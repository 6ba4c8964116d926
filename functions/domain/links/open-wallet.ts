import { buffer } from 'node:stream/consumers'
import type { WalletType } from '../../contract/environment.ts'
import { upsertRegistration } from '../../database/wallet-registrations.ts'
import type { GuestLinks, PassService } from '../../trust/guest-links.ts'
import type { ApplePasses } from '../../wallet/apple-pass.ts'
import type { PassTicket } from '../../wallet/pass-ticket.ts'
import type { Clients } from '../clients.ts'
import { zipFiles } from '../downloads/zip-files.ts'
import { FormatNotAvailableError } from '../errors.ts'
import { loadBranding } from '../events/load-branding.ts'
import { guestTicketOf } from './guest-ticket.ts'
import { type LinkRequest, openLink } from './open-link.ts'

/**
 * Creates the pass behind a guest link: a file for Apple Wallet, or a URL that saves it to Google Wallet and
 * subscribes it to changes. Apple's devices register themselves.
 * @throws What `openLink` throws, and FormatNotAvailableError when the wallet is not configured.
 */
export async function openWallet(clients: Clients<'sql' | 'links' | 'wallets'>, request: LinkRequest, type: WalletType) {
  const row = await openLink(clients, 'wallet', request)
  const { apple, google } = clients.wallets
  const ticket = guestTicketOf(row, await loadBranding(clients.sql, row))
  if (type === 'apple' && apple) return await writeApplePass({ ...clients, apple }, ticket, row.created_at)
  if (type === 'google' && google) {
    await upsertRegistration(clients.sql, { wallet: 'google', ticketId: row.id, pushedState: row.pass_state })
    return { location: await google.link(ticket) }
  }
  throw new FormatNotAvailableError(`${type === 'apple' ? 'Apple' : 'Google'} Wallet is not configured.`)
}

/** Writes a pass for Apple Wallet that requests its updates, as the reply of a route. */
export async function writeApplePass(
  { apple, links }: { apple: ApplePasses; links: GuestLinks },
  ticket: PassTicket,
  date: Date,
) {
  return {
    media: 'application/vnd.apple.pkpass',
    content: await writePkpass(apple, ticket, { date, service: links.passService(ticket.ticketCode) }),
    headers: { 'content-disposition': `attachment; filename="${ticket.ticketCode}.pkpass"` },
  }
}

/** Packs a pass for Apple Wallet into the file that phones open. `date` is the timestamp of its entries. */
export async function writePkpass(
  passes: ApplePasses,
  ticket: PassTicket,
  { date, service }: { date: Date; service?: PassService },
): Promise<Buffer> {
  const files = passes.make(ticket, service)
  const entries = async function* () {
    yield* files
  }
  return await buffer(zipFiles(entries(), date))
}
