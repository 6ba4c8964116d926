import type { GuestList, ListedGuest } from '../../trust/guest-list.ts'
import { type DoorKeys, importKeys } from '../../trust/offline-verify.ts'
import { findNames, type GuestNames, indexNames } from './guest-names.ts'
import type { KeySet, Service } from './service-calls.ts'

/** The guests of an event on this device: stored in IndexedDB, and in memory while the page is open. */
export interface DoorGuests {
  /** Fetches what has changed. @throws Error if a list is not the service's, or does not continue the last one. */
  sync(service: Service, keys: KeySet): Promise<void>
  /** Finds guests by name, and counts them. */
  find(query: string, limit: number): { found: ListedGuest[]; count: number }
  /** Finds the ticket of a code; undefined if it is not in the list. */
  ofCode(ticketCode: string): Promise<ListedGuest | undefined>
  /** Stores what this device knows of a guest, until the service lists the guest's next change. */
  keep(guest: ListedGuest): void
  /** When the list was last complete, by the service's clock; null if it never was. */
  syncedAt(): Date | null
}

/** The state that is stored with the guests. */
interface State {
  eventId: number
  through: number
  syncedAt: string | null
}

const databaseName = 'door-guests'

/** Opens the stored guests of an event; those of another event are deleted. */
export async function openGuests(eventId: number): Promise<DoorGuests> {
  const { state, guests, write } = await openStore(eventId)
  const byDigest = new Map(guests.map((guest) => [guest.digest, guest]))
  let names: GuestNames | undefined
  return {
    async sync(service, keySet) {
      const keys = await importKeys(keySet)
      for (;;) {
        const list = await readGuestList((await service.fetchGuests(state.through)).list, keys)
        const isNew = list.after === 0
        if (list.eventId !== eventId || (!isNew && list.after !== state.through))
          throw new Error('The guest list does not continue.')
        const isComplete = list.through >= list.latest
        if (!isComplete && list.through <= state.through && !isNew) throw new Error('The guest list does not continue.')
        const next = { ...state, through: list.through, ...(isComplete ? { syncedAt: list.issuedAt } : {}) }
        await write(list.guests, { isNew, next })
        // Only after storing: a list that could not be stored is fetched again.
        Object.assign(state, next)
        if (isNew) byDigest.clear()
        for (const guest of list.guests) byDigest.set(guest.digest, guest)
        if (list.guests.length > 0) names = undefined
        if (isComplete) return
      }
    },
    find(query, limit) {
      names ??= indexNames(byDigest.values())
      return findNames(names, query, limit)
    },
    ofCode: async (ticketCode) => byDigest.get(await digestCode(eventId, ticketCode)),
    keep(guest) {
      byDigest.set(guest.digest, guest)
      names = undefined
      write([guest]).catch((error) => console.error(error))
    },
    syncedAt: () => (state.syncedAt === null ? null : new Date(state.syncedAt)),
  }
}

/** Deletes the guests of every event from this device; other open pages close the database. */
export function deleteGuests(): void {
  globalThis.indexedDB?.deleteDatabase(databaseName)
}

async function openStore(eventId: number) {
  const opening = indexedDB.open(databaseName, 1)
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore('guests', { keyPath: 'ticketId' })
    opening.result.createObjectStore('state')
  }
  const database = await resultOf(opening)
  database.onversionchange = () => database.close()
  const reading = database.transaction(['guests', 'state'])
  const [stored, guests]: [State | undefined, ListedGuest[]] = await Promise.all([
    resultOf(reading.objectStore('state').get('state')),
    resultOf(reading.objectStore('guests').getAll()),
  ])
  const isOurs = stored?.eventId === eventId
  const state: State = isOurs ? stored : { eventId, through: 0, syncedAt: null }
  /** Stores guests and their state in one transaction. */
  const write = async (changed: ListedGuest[], { isNew = false, next = state } = {}) => {
    const writing = database.transaction(['guests', 'state'], 'readwrite')
    const store = writing.objectStore('guests')
    if (isNew) store.clear()
    for (const guest of changed) store.put(guest)
    writing.objectStore('state').put({ ...next }, 'state')
    await new Promise((resolve, reject) => {
      writing.oncomplete = resolve
      writing.onabort = () => reject(writing.error)
    })
  }
  if (stored && !isOurs) await write([], { isNew: true })
  return { state, guests: isOurs ? guests : [], write }
}

function resultOf<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

const signatureBytes = 64

/** Reads a guest list. @throws Error unless the service signed it. */
async function readGuestList(text: string, keys: DoorKeys): Promise<GuestList> {
  const base64 = text.replace(/^TG1:/, '').replaceAll('-', '+').replaceAll('_', '/')
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  const [signed, signature] = [bytes.subarray(0, -signatureBytes), bytes.subarray(-signatureBytes)]
  const key = signed[0] === 1 ? keys.get(signed[1] ?? -1) : undefined
  const signedText = await new Blob(['TG1:', signed]).arrayBuffer()
  if (!key || !(await crypto.subtle.verify('Ed25519', key, signature, signedText)))
    throw new Error('The guest list is not signed by the service.')
  const content = new Blob([signed.subarray(2)]).stream().pipeThrough(new DecompressionStream('deflate-raw'))
  return await new Response(content).json()
}

async function digestCode(eventId: number, ticketCode: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${eventId}:${ticketCode}`))
  return btoa(String.fromCharCode(...new Uint8Array(digest).subarray(0, 9)))
}
