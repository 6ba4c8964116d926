import pLimit from 'p-limit'
import { erasing } from '../../contract/retries.ts'
import * as erasures from '../../database/erasures.ts'
import type { Clients } from '../clients.ts'
import { EventNotFoundError, GuestNotFoundError } from '../errors.ts'

/**
 * Erases a guest: personal data, files and wallet passes. The codes are revoked, and stay with audit and entries.
 * Idempotent; after a fault, a repeated call or the next run of `continueErasures` does what is left.
 * @throws EventNotFoundError, GuestNotFoundError for a guest that was never registered, StorageUnavailableError.
 */
export async function eraseGuest({ sql, storage }: ErasureClients, { eventId, guestId }: { eventId: number; guestId: number }) {
  // One transaction holds the guest's lock: nobody registers the id anew in between.
  const { folders, at } = await sql.begin(async (transaction) => ({
    folders: await erasures.eraseGuests(transaction, eventId, { guestIds: [guestId], wholeEvent: false }),
    at: await erasures.findErasure(transaction, eventId, guestId),
  }))
  if (!at)
    throw (await erasures.isEventKnown(sql, eventId)) ? new GuestNotFoundError(eventId, guestId) : new EventNotFoundError(eventId)
  await Promise.all(folders.map(({ folder, until }) => storage.removeFolder(folder, until)))
  return at
}

/** Requests that `continueErasures` erase all guests of an event. Idempotent. @throws EventNotFoundError. */
export async function requestErasure({ sql }: Clients<'sql'>, eventId: number): Promise<Date> {
  const at = await erasures.requestErasure(sql, eventId)
  if (!at) throw new EventNotFoundError(eventId)
  return at
}

type ErasureClients = Clients<'sql' | 'storage'>

/**
 * Erases the guests of events, on request or because their retention is over, until `endsAt`; then deletes the files
 * of erased guests, including those stored meanwhile. Safe to run concurrently.
 * @returns The number of erased guests. @throws AggregateError of the folders that could not be cleared.
 */
export async function continueErasures({ sql, storage }: ErasureClients, endsAt: number): Promise<number> {
  await erasures.requestDueErasures(sql)
  let count = 0
  for (const eventId of await erasures.findErasedEvents(sql)) count += await eraseEvent(sql, eventId, endsAt)
  await erasures.deleteErasedRegistrations(sql)
  await clearFolders({ sql, storage })
  return count
}

async function eraseEvent(sql: ErasureClients['sql'], eventId: number, endsAt: number): Promise<number> {
  const limit = erasing.guestsPerTransaction
  let count = 0
  let after = 0
  while (Date.now() < endsAt) {
    const guestIds = await erasures.findGuestsToErase(sql, eventId, { after, limit })
    const last = guestIds.at(-1)
    if (last === undefined) {
      if (count === 0) await erasures.finishErasure(sql, eventId)
      return count
    }
    await erasures.eraseGuests(sql, eventId, { guestIds, wholeEvent: true })
    count += guestIds.length
    after = last
  }
  return count
}

/** Deletes the objects of erased guests; repeated each run until no late upload can arrive. */
async function clearFolders({ sql, storage }: ErasureClients): Promise<void> {
  const limit = pLimit(erasing.foldersAtOnce)
  const faults: unknown[] = []
  const clear = async ({ isOver, ...folder }: erasures.ErasedFolder & { isOver: boolean }) => {
    await storage.removeFolder(folder.folder, folder.until, (keys) => findKept(sql, keys))
    if (isOver) await erasures.forgetFolder(sql, folder)
  }
  const folders = await erasures.listErasedFolders(sql, erasing.watchedSeconds)
  await Promise.all(folders.map((folder) => limit(() => clear(folder).catch((error) => faults.push(error)))))
  if (faults.length > 0)
    throw new AggregateError(faults, 'Files of erased guests could not be deleted; the next run tries again.')
}

/** Finds the files of guests who were not erased: the folder of an event also holds those of guests who came later. */
async function findKept(sql: ErasureClients['sql'], keys: string[]): Promise<string[]> {
  const ticketOf = (key: string) => Number(/^tickets\/\d+\/(\d+)\//.exec(key)?.[1] ?? 0)
  const kept = await erasures.findKeptTickets(sql, [...new Set(keys.map(ticketOf))])
  return keys.filter((key) => kept.has(ticketOf(key)))
}
