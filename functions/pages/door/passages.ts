import type { ListedGuest } from '../../trust/guest-list.ts'
import type { DoorMemory, Passage } from './door-memory.ts'

/** Who may enter again: nobody, who has left, or everybody. */
export type Reentry = 'none' | 'after_exit' | 'unlimited'

/** Where a ticket was last seen, as far as this device knows: here, or on the list of guests. */
export interface KnownPassage extends Passage {
  /** The place of a passage at another door. */
  place: string | null
}

/** The last passage of a ticket that this device knows of: its own, unless the list of guests is newer. */
export function lastPassage(
  memory: DoorMemory,
  { ticketCode, guest, syncedAt }: { ticketCode: string; guest: ListedGuest | undefined; syncedAt: Date | null },
): KnownPassage | null {
  const own = [ticketCode, guest?.digest ?? ''].flatMap((key) => (key && memory.passageOf(key)) || [])[0]
  const isNewest = own && (!guest || !syncedAt || Date.parse(own.at) > syncedAt.getTime())
  if (isNewest) return { ...own, place: null }
  if (!guest) return null
  const { checkedInAt, inside = false, entryCount = 1, place = null } = guest
  return checkedInAt ? { at: checkedInAt, direction: inside ? 'in' : 'out', entryCount, place } : null
}

/** Decides why a passage is refused by the event's policy, as far as the device knows; null if it is not. */
export function refusalOf(
  reentry: Reentry,
  direction: Passage['direction'],
  last: Passage | null,
): 'checked_in' | 'not_inside' | null {
  if (!last) return null
  if (direction === 'out') return last.direction === 'out' ? 'not_inside' : null
  if (reentry === 'unlimited') return null
  return reentry === 'none' || last.direction === 'in' ? 'checked_in' : null
}
