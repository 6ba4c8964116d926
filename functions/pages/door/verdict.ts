/** A verdict on a presented ticket, in words for the door staff. */
export interface Verdict {
  kind: 'admitted' | 'refused' | 'unsure'
  headline: string
  /** Why the ticket is refused, or what to do. */
  reason: string
  /** The guest's name, if known: a ticket's code does not contain it. */
  name: string
  ticketType: string
  ticketCode: string
  /** Whether the door decided without the service. */
  isOffline: boolean
}

const reasons: Record<string, string> = {
  unknown: 'This is not a ticket for this event.',
  bad_signature: 'Forged: the signature is wrong.',
  unknown_key: 'Forged or outdated: signed with a key that is not in use.',
  expired: 'This ticket has expired.',
  revoked: 'This ticket was cancelled.',
  superseded: 'This ticket was replaced by a newer one. Ask the guest for it.',
  checked_in: 'This ticket has already been used.',
  malformed: 'This is not a ticket code.',
  TICKET_NOT_FOUND: 'This is not a ticket for this event.',
  TICKET_REVOKED: 'This ticket was cancelled or replaced.',
  TICKET_EXPIRED: 'This ticket has expired.',
}

/** Makes the verdict that admits a guest. */
export function admitted(guest: Partial<Verdict>): Verdict {
  return { ...blank, ...guest, kind: 'admitted', headline: 'Let in' }
}

/** Makes the verdict that refuses a ticket, for a reason of the contract or an error code of the service. */
export function refused(reason: string, facts: Partial<Verdict> = {}): Verdict {
  const headline = reason === 'checked_in' ? 'Already in' : 'Stop'
  return {
    ...blank,
    reason: reasons[reason] ?? `The service refused the ticket: ${reason}.`,
    ...facts,
    kind: 'refused',
    headline,
  }
}

/** Makes the verdict that staff must decide, with the reason. */
export function unsure(reason: string, facts: Partial<Verdict> = {}): Verdict {
  return { ...blank, ...facts, reason, kind: 'unsure', headline: 'Check by hand' }
}

/** Makes the verdict for a ticket that was used before, with when and where if known. */
export function alreadyIn(at: Date | null, place: string, facts: Partial<Verdict> = {}): Verdict {
  const when = at ? `Entered ${formatTime(at)}${place ? ` at ${place}` : ''}.` : ''
  return refused('checked_in', { ...facts, ...(when ? { reason: when } : {}) })
}

/** Formats a time of day, with the day unless it is today. */
export function formatTime(at: Date): string {
  const time = at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
  if (at.toDateString() === new Date().toDateString()) return `at ${time}`
  return `on ${at.toLocaleDateString('en-GB', { day: 'numeric', month: 'long' })}, ${time},`
}

const blank = { reason: '', name: '', ticketType: '', ticketCode: '', isOffline: false }
