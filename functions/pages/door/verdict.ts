import type { Message, Word } from './words.ts'

/** A verdict on a presented ticket, for the door staff. */
export interface Verdict {
  /** `repeated` is a ticket that this device read a moment ago; it neither admits nor refuses anybody. */
  kind: 'admitted' | 'refused' | 'unsure' | 'repeated'
  headline: Word
  /** Why the ticket is refused, or what to do. */
  reason: Message | null
  /** The guest's name, if known: a ticket's code does not contain it. */
  name: string
  ticketType: string
  ticketCode: string
  /** The entry that used the ticket up, if known. */
  entry: PastEntry | null
  /** Whether the door decided without the service. */
  isOffline: boolean
}

/** An earlier entry with a ticket: the last one, and how many there were. */
export interface PastEntry {
  at: Date | null
  place: string
  count: number
  /** When this device read the ticket, by its own clock. */
  readHereAt: Date | null
}

// A ticket is read twice within moments; a guest who comes back takes longer.
const doubleReadSeconds = 30

/** The reasons of the contract, whose texts have the same names. */
const reasons: readonly Word[] = [
  ...(['unknown', 'bad_signature', 'unknown_key', 'malformed', 'expired'] as const),
  ...(['not_yet_valid', 'not_inside', 'revoked', 'superseded', 'checked_in'] as const),
]

/** The texts for error codes of the service. */
const errors = new Map<string, Word>([
  ['TICKET_NOT_FOUND', 'unknown'],
  ['TICKET_REVOKED', 'revoked_or_superseded'],
  ['TICKET_EXPIRED', 'expired'],
  ['TICKET_NOT_YET_VALID', 'not_yet_valid'],
  ['NOT_INSIDE', 'not_inside'],
])

/** Finds the text for a reason of the contract or an error code of the service. */
export function reasonMessage(code: string): Message {
  const word = reasons.find((reason) => reason === code) ?? errors.get(code)
  return word ? { word } : { word: 'service_refused', values: { code } }
}

/** Makes the verdict that admits a guest. */
export function admitted(guest: Partial<Verdict>): Verdict {
  return { ...blank, ...guest, kind: 'admitted', headline: 'headline_admitted' }
}

/** Makes the verdict that refuses a ticket, for a reason of the contract or an error code of the service. */
export function refused(reason: string, facts: Partial<Verdict> = {}): Verdict {
  return { ...blank, reason: reasonMessage(reason), ...facts, kind: 'refused', headline: 'headline_refused' }
}

/** Makes the verdict that staff must decide, with the reason. */
export function unsure(word: Word, facts: Partial<Verdict> = {}): Verdict {
  return { ...blank, ...facts, reason: { word }, kind: 'unsure', headline: 'headline_unsure' }
}

/** Makes the verdict for a ticket that was used before: a warning if this device has just read it, else a refusal. */
export function alreadyIn(entry: PastEntry, facts: Partial<Verdict> = {}): Verdict {
  const isDoubleRead = entry.readHereAt !== null && Date.now() - entry.readHereAt.getTime() < doubleReadSeconds * 1000
  const known = { ...blank, ...facts, entry }
  return isDoubleRead
    ? { ...known, reason: { word: 'double_read' }, kind: 'repeated', headline: 'headline_double_read' }
    : { ...known, reason: { word: 'checked_in' }, kind: 'refused', headline: 'headline_already_in' }
}

const blank = { reason: null, name: '', ticketType: '', ticketCode: '', entry: null, isOffline: false }
