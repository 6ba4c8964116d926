import type { ListedGuest } from '../../trust/guest-list.ts'
import { parseToken, verifyTicket } from '../../trust/offline-verify.ts'
import { readKnowledge } from './door-knowledge.ts'
import type { DoorMemory } from './door-memory.ts'
import type { DoorPass } from './door-pass.ts'
import type { DoorGuests } from './guest-list.ts'
import type { Shown } from './service-calls.ts'
import type { Word } from './words.ts'

/** The parts of a door that decide without a network. */
interface Stored {
  pass: DoorPass
  memory: DoorMemory
  guests: DoorGuests | null
}

/** An offline decision on a ticket: why it is refused, or the doubt that the staff must resolve. */
export interface Finding {
  reason: string | null
  doubt: Word | null
  ticketCode: string
  guest: ListedGuest | undefined
}

const staleHours = 24

/**
 * Decides from stored data whether a ticket is valid: a QR code by its signature and the revoked codes, a typed code
 * or a guest found by name by the list of guests. Ignores earlier passages.
 */
export async function decideOffline(door: Stored, shown: Shown, found: ListedGuest | undefined): Promise<Finding> {
  if (found) return judgeGuest(door, found, '')
  const typed = 'code' in shown ? shown.code : 'qr' in shown ? codeInJson(shown.qr) : ''
  if (!('qr' in shown) || typed) {
    const guest = await door.guests?.ofCode(typed)
    return guest ? judgeGuest(door, guest, typed) : { reason: null, doubt: 'offline_typed', ticketCode: typed, guest }
  }
  const knowledge = await readKnowledge(door.pass, door.memory)
  const nothing = { ticketCode: '', guest: undefined }
  if (!knowledge && parseToken(shown.qr)) return { ...nothing, reason: null, doubt: 'offline_no_keys' }
  if (!knowledge) return { ...nothing, reason: 'malformed', doubt: null }
  const { reason, facts } = await verifyTicket(shown.qr, knowledge)
  const ticketCode = facts?.ticketCode ?? ''
  const guest = await door.guests?.ofCode(ticketCode)
  const isStale = reason === 'stale_revocations'
  return {
    reason: isStale || reason === null ? (guest ? timeRefusal(door, guest) : null) : reason,
    doubt: isStale ? 'offline_stale' : null,
    ticketCode,
    guest,
  }
}

function judgeGuest(door: Stored, guest: ListedGuest, ticketCode: string): Finding {
  const reason = guest.state === 'valid' ? timeRefusal(door, guest) : guest.state
  const listedAt = door.guests?.syncedAt()
  const isStale = !listedAt || door.memory.now().getTime() - listedAt.getTime() > staleHours * 3_600_000
  return { reason, doubt: isStale ? 'offline_stale' : null, ticketCode, guest }
}

function timeRefusal({ memory }: Stored, { validFrom, expiresAt }: ListedGuest): 'not_yet_valid' | 'expired' | null {
  const now = memory.now()
  if (validFrom && new Date(validFrom) > now) return 'not_yet_valid'
  return expiresAt && new Date(expiresAt) <= now ? 'expired' : null
}

/** Finds the ticket code in an old JSON payload, which only the service can verify. */
function codeInJson(qr: string): string {
  return /^\{"ticketId":"(TC-[0-9A-Z-]+)"/.exec(qr)?.[1] ?? ''
}
