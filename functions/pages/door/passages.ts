import type { ListedGuest } from '../../trust/guest-list.ts'
import type { DoorMemory, Passage } from './door-memory.ts'
import type { DoorGuests } from './guest-list.ts'

/** The last known passage of a ticket: at this door, or from the list of guests. */
export interface KnownPassage extends Passage {
  /** The place of a passage at another door; null at this one. */
  place: string | null
}

/** Finds the last passage of a ticket that this device knows of: its own, unless the list of guests is newer. */
export function lastPassage(
  { memory, guests }: { memory: DoorMemory; guests: DoorGuests | null },
  ticketCode: string,
  guest: ListedGuest | undefined,
): KnownPassage | null {
  const own = [ticketCode, guest?.digest ?? ''].flatMap((key) => (key && memory.passageOf(key)) || [])[0]
  const syncedAt = guests?.syncedAt()
  const isNewest = own && (!guest || !syncedAt || Date.parse(own.at) > syncedAt.getTime())
  if (isNewest) return { ...own, place: null }
  if (!guest) return null
  const { checkedInAt, inside = false, entryCount = 1, place = null } = guest
  return checkedInAt ? { at: checkedInAt, direction: inside ? 'in' : 'out', entryCount, place } : null
}

/** Returns why the event's policy refuses a passage, as far as the device knows; null if it does not. */
export function refusalOf(
  memory: DoorMemory,
  direction: Passage['direction'],
  last: Passage | null,
): 'checked_in' | 'not_inside' | null {
  if (!last) return null
  if (direction === 'out') return last.direction === 'out' ? 'not_inside' : null
  const reentry = memory.event()?.reentry ?? 'none'
  if (reentry === 'unlimited') return null
  return reentry === 'none' || last.direction === 'in' ? 'checked_in' : null
}
