import { findTicketDetails, findTicketIdByCode } from '../../database/tickets.ts'
import { deleteRegistration, findDevicePasses, noteServedPass, upsertRegistration } from '../../database/wallet-registrations.ts'
import { logger } from '../../runtime/telemetry.ts'
import type { Clients } from '../clients.ts'
import { FormatNotAvailableError, TicketNotFoundError } from '../errors.ts'
import { loadBranding } from '../events/load-branding.ts'
import { guestTicketOf } from '../links/guest-ticket.ts'
import { writeApplePass } from '../links/open-wallet.ts'

/** A pass that Apple Wallet calls about, with the header Authorization. */
export interface PassCall {
  serialNumber: string
  passType: string
  authorization: string
}

type DeviceCall = PassCall & { deviceId: string }

/**
 * Has a device told of a pass's changes, soon for the first time: the ticket may have changed since the pass was
 * saved. Returns whether the device is new. @throws PassTokenWrongError, TicketNotFoundError.
 */
export async function registerDevice(clients: Clients<'sql' | 'links'>, call: DeviceCall, pushToken: string): Promise<boolean> {
  const { deviceId, passType } = call
  return await upsertRegistration(clients.sql, {
    ...{ wallet: 'apple', ticketId: await findTicketOf(clients, call), deviceId, passType, pushToken },
  })
}

/** Unregisters a device from a pass. @throws PassTokenWrongError, TicketNotFoundError. */
export async function unregisterDevice(clients: Clients<'sql' | 'links'>, call: DeviceCall): Promise<void> {
  const { deviceId, passType } = call
  await deleteRegistration(clients.sql, { ticketId: await findTicketOf(clients, call), deviceId, passType })
}

/**
 * Lists the passes of a device that say something else than it knows, or null for none. The tag names what it knows
 * of each, so that no clock takes part.
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

/** Enough of a hash that two states of a pass never have the same, and few enough for an address. */
const stateCharacters = 12

/**
 * Makes a pass as its ticket is now, or null where it was served before `modifiedSince` (an HTTP date) and says the same.
 * @throws PassTokenWrongError, TicketNotFoundError, and FormatNotAvailableError when Apple Wallet is not configured.
 */
export async function makeLatestPass(clients: Clients<'sql' | 'links' | 'wallets'>, call: PassCall, modifiedSince: string) {
  const { sql, links, wallets } = clients
  const ticketId = await findTicketOf(clients, call)
  const row = await findTicketDetails(sql, ticketId)
  if (!row) throw new TicketNotFoundError(ticketId)
  if (!wallets.apple) throw new FormatNotAvailableError('Apple Wallet is not configured.')
  const since = await noteServedPass(sql, ticketId, row.pass_state)
  if (since && Date.parse(modifiedSince) >= since.getTime()) return null
  const pass = await writeApplePass(
    { links, apple: wallets.apple },
    guestTicketOf(row, await loadBranding(sql, row)),
    row.created_at,
  )
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

/** Logs what Apple Wallet reports, without what names a guest or a device. */
export function logProblems(logs: unknown[]): void {
  const lines = logs.filter((log) => typeof log === 'string')
  const problems = lines.slice(0, mostLogs).map((log) => log.slice(0, mostCharacters).replace(/[\w-]{16,}/g, '…'))
  logger.warn('Apple Wallet reports problems', { problems })
}

const mostLogs = 10
const mostCharacters = 300
