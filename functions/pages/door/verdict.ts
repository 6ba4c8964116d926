/** Is what the door says of a ticket that was presented, in words. */
export interface Verdict {
  kind: 'admitted' | 'refused' | 'unsure'
  headline: string
  /** Why not, or what to do. */
  reason: string
  /** The guest, where that is known: without a network a ticket does not say. */
  name: string
  ticketType: string
  ticketCode: string
  /** Whether the door decided by itself. */
  isOffline: boolean
}

const reasons: Record<string, string> = {
  unknown: 'This is no ticket of this event.',
  bad_signature: 'Forged: the signature is wrong.',
  unknown_key: 'Forged or outdated: signed with a key that is not in use.',
  expired: 'This ticket has expired.',
  revoked: 'This ticket was cancelled.',
  superseded: 'A newer ticket stands for this one. Ask the guest for it.',
  checked_in: 'This ticket has let somebody in before.',
  malformed: 'This is no ticket code.',
  TICKET_NOT_FOUND: 'This is no ticket of this event.',
  TICKET_REVOKED: 'This ticket was cancelled or replaced.',
  TICKET_EXPIRED: 'This ticket has expired.',
}

/** Says that a guest is let in. */
export function admitted(guest: Partial<Verdict>): Verdict {
  return { ...blank, ...guest, kind: 'admitted', headline: 'Let in' }
}

/** Says that a ticket is not good, for a reason of the contract or an error code of the service. */
export function refused(reason: string, facts: Partial<Verdict> = {}): Verdict {
  const headline = reason === 'checked_in' ? 'Already in' : 'Stop'
  return { ...blank, reason: reasons[reason] ?? `The service says: ${reason}.`, ...facts, kind: 'refused', headline }
}

/** Says that the door cannot tell, and why. */
export function unsure(reason: string, facts: Partial<Verdict> = {}): Verdict {
  return { ...blank, ...facts, reason, kind: 'unsure', headline: 'Check by hand' }
}

/** Says that a ticket was used before: when and where, as far as that is known. */
export function alreadyIn(at: Date | null, place: string, facts: Partial<Verdict> = {}): Verdict {
  const when = at ? `Came in ${sayTime(at)}${place ? ` at ${place}` : ''}.` : ''
  return refused('checked_in', { ...facts, ...(when ? { reason: when } : {}) })
}

/** Writes a time of day, with the day where it is not today. */
export function sayTime(at: Date): string {
  const time = at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
  if (at.toDateString() === new Date().toDateString()) return `at ${time}`
  return `on ${at.toLocaleDateString('en-GB', { day: 'numeric', month: 'long' })}, ${time},`
}

const blank = { reason: '', name: '', ticketType: '', ticketCode: '', isOffline: false }
