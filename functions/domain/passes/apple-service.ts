import { findTicketIdByCode } from '../../database/tickets.ts'
import { deleteRegistration, findDevicePasses, noteServedPass, upsertRegistration } from '../../database/wallet-registrations.ts'
import { logger } from '../../runtime/telemetry.ts'
import type { Clients } from '../clients.ts'
import { FormatNotAvailableError, TicketNotFoundError } from '../errors.ts'
import { loadBranding } from '../events/load-branding.ts'
import { guestTicketOf } from '../links/guest-ticket.ts'
import { writeApplePass } from '../links/open-wallet.ts'
import { requireTicketDetails } from '../tickets/require-ticket.ts'

/** A call of Apple Wallet about a pass, with its Authorization header. */
export interface PassCall {
  serialNumber: string
  passType: string
  authorization: string
}

type DeviceCall = PassCall & { deviceId: string }

/**
 * Registers a device for a pass's changes. The first push follows soon, since the ticket may have changed
 * after the pass was saved. Returns whether the device is new. @throws PassTokenWrongError,
 * TicketNotFoundError.
 */
export async function registerDevice(clients: Clients<'sql' | 'links'>, call: DeviceCall, pushToken: string): Promise<boolean> {
  const { deviceId, passType } = call
  const ticketId = await findTicketOf(clients, call)
  return await upsertRegistration(clients.sql, { wallet: 'apple', ticketId, deviceId, passType, pushToken })
}

/** Unregisters a device from a pass. @throws PassTokenWrongError, TicketNotFoundError. */
export async function unregisterDevice(clients: Clients<'sql' | 'links'>, call: DeviceCall): Promise<void> {
  const { deviceId, passType } = call
  await deleteRegistration(clients.sql, { ticketId: await findTicketOf(clients, call), deviceId, passType })
}

/**
 * Lists the passes of a device that have changed from the state it knows, or null for none. The tag holds the
 * known state of each pass, so no clock is involved.
 */
export async function listChangedPasses(
  { sql }: Clients<'sql'>,
  { deviceId, passType, tag = '' }: { deviceId: string; passType: string; tag?: string | undefined },
) {
  const passes = (await findDevicePasses(sql, deviceId, passType)).map(({ ticket_id, ticket_code, pass_state }) => ({
    serialNumber: ticket_code,
    known: `${ticket_id}.${pass_state.slice(0, stateCharacters)}`,
  }))
  const known = new Set(tag.split('-'))
  const changed = passes.filter((pass) => !known.has(pass.known)).map(({ serialNumber }) => serialNumber)
  return changed.length > 0 ? { serialNumbers: changed, lastUpdated: passes.map((pass) => pass.known).join('-') } : null
}

/** Enough of the hash to tell the states of a pass apart, and short enough for a URL. */
const stateCharacters = 12

/**
 * Makes the pass of a ticket as it is now, or null if it has not changed since `modifiedSince` (an HTTP
 * date).
 * @throws PassTokenWrongError, TicketNotFoundError, and FormatNotAvailableError when Apple Wallet is not
 * configured.
 */
export async function makeLatestPass(clients: Clients<'sql' | 'links' | 'wallets'>, call: PassCall, modifiedSince: string) {
  const { sql, links, wallets } = clients
  const ticketId = await findTicketOf(clients, call)
  const row = await requireTicketDetails(sql, ticketId)
  if (!wallets.apple) throw new FormatNotAvailableError('Apple Wallet is not configured.')
  const since = await noteServedPass(sql, ticketId, row.pass_state)
  if (since && Date.parse(modifiedSince) >= since.getTime()) return null
  const ticket = guestTicketOf(row, await loadBranding(sql, row))
  const pass = await writeApplePass({ links, apple: wallets.apple }, ticket, row.created_at)
  return { ...pass, headers: { ...pass.headers, ...(since ? { 'last-modified': since.toUTCString() } : {}) } }
}

async function findTicketOf(
  { sql, links }: Clients<'sql' | 'links'>,
  { serialNumber, authorization }: PassCall,
): Promise<number> {
  links.checkPass(serialNumber, authorization)
  const ticketId = await findTicketIdByCode(sql, serialNumber)
  if (ticketId === undefined) throw new TicketNotFoundError(0, `No ticket has the code ${serialNumber}.`)
  return ticketId
}

/** Logs what Apple Wallet reports, without anything that identifies a guest or a device. */
export function logProblems(logs: unknown[]): void {
  const lines = logs.filter((log) => typeof log === 'string')
  const problems = lines.slice(0, mostLogs).map((log) => log.slice(0, mostCharacters).replace(/[\w-]{16,}/g, '…'))
  logger.warn('Apple Wallet reports problems', { problems })
}

const mostLogs = 10
const mostCharacters = 300
