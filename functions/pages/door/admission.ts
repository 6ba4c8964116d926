import { isQrPayload } from '../../contract/qr-payload.ts'
import { parseToken, verifyTicket } from '../../trust/offline-verify.ts'
import { readKnowledge } from './door-knowledge.ts'
import type { DoorMemory } from './door-memory.ts'
import type { DoorPass } from './door-pass.ts'
import { NoAnswerError, type Presented, RefusedError, type Service, type Validation } from './service-calls.ts'
import { admitted, alreadyIn, refused, unsure, type Verdict } from './verdict.ts'

/** Is what a door works with. */
export interface Door {
  pass: DoorPass
  service: Service
  memory: DoorMemory
}

/** Is one showing of a ticket; its id makes it one scan, however often it is sent. */
interface Showing {
  scanId: string
  presented: Presented
  /** Whether the service may have heard of it. */
  wasSent: boolean
}

/** Is what came of a showing. Where the door is not sure, `letInAnyway` lets the guest in on the word of the people there. */
export interface Outcome {
  verdict: Verdict
  letInAnyway?: () => Verdict
}

/**
 * Decides on a ticket and lets its bearer in where it is good: with the service's word, or without a network by what the door knows.
 * @throws RefusedError where the service refuses the door's pass.
 */
export async function admit(door: Door, text: string): Promise<Outcome> {
  const presented = readText(text)
  if (!presented) return { verdict: refused('malformed') }
  const showing = { scanId: crypto.randomUUID(), presented, wasSent: false }
  const validation = await door.service.validate(presented).catch(undefinedWithoutAnswer)
  if (!validation) return admitOffline(door, showing)
  return { verdict: await admitOnline(door, showing, validation) }
}

/** A QR code's text goes as it is; anything else is taken for a code that somebody typed. */
function readText(text: string): Presented | null {
  const trimmed = text.trim()
  if (isQrPayload(trimmed)) return trimmed.length <= 1024 ? { qr: trimmed } : null
  return trimmed.length > 0 && trimmed.length <= 64 ? { code: trimmed } : null
}

async function admitOnline(door: Door, showing: Showing, { reason, ticket, guest, checkedIn }: Validation): Promise<Verdict> {
  const facts = {
    name: guest ? `${guest.firstName} ${guest.lastName}`.trim() : '',
    ticketType: ticket?.ticketType ?? '',
    ticketCode: ticket?.ticketCode ?? '',
  }
  if (reason === 'checked_in') return alreadyIn(checkedIn && new Date(checkedIn.at), placeOf(checkedIn), facts)
  if (reason || !ticket) return refused(reason ?? 'unknown', facts)
  const { ticketCode } = ticket
  // Let in here while there was no network, and not handed in yet: the service cannot know.
  if (door.memory.waiting().some((scan) => scan.ticketCode === ticketCode))
    return alreadyIn(door.memory.entryOf(ticketCode), door.pass.label, facts)
  try {
    await door.service.checkIn(ticket.id, showing.scanId)
  } catch (error) {
    if (error instanceof NoAnswerError) return letInOffline(door, { ...showing, wasSent: true }, facts)
    if (error instanceof RefusedError && error.code !== 'FORBIDDEN') return explain(error, facts)
    throw error
  }
  noteEntry(door, showing, { ...facts, ticketId: ticket.id })
  return admitted(facts)
}

async function admitOffline(door: Door, showing: Showing): Promise<Outcome> {
  const { presented } = showing
  const ask = (reason: string, facts: Partial<Verdict> = {}) => ({
    verdict: unsure(reason, { ...facts, isOffline: true }),
    letInAnyway: () => letInOffline(door, showing, facts),
  })
  if (!('qr' in presented) || presented.qr.startsWith('{')) {
    const known = typedFacts(presented)
    if (!known) return { verdict: refused('malformed', { isOffline: true }) }
    const entry = door.memory.entryOf(known.ticketCode)
    if (entry) return { verdict: alreadyIn(entry, door.pass.label, { ...known, isOffline: true }) }
    return ask('There is no network, and without one only a scanned QR code can be checked, not this.', known)
  }
  const knowledge = await readKnowledge(door.pass, door.memory)
  if (!knowledge && parseToken(presented.qr))
    return ask('This device has no keys to check with yet: open this page once with a network.')
  if (!knowledge) return { verdict: refused('malformed', { isOffline: true }) }
  const { valid, reason, facts } = await verifyTicket(presented.qr, knowledge)
  const known = { ticketCode: facts?.ticketCode ?? '', isOffline: true }
  if (!valid && reason !== 'stale_revocations') return { verdict: refused(reason, known) }
  const entry = door.memory.entryOf(known.ticketCode)
  if (entry) return { verdict: alreadyIn(entry, door.pass.label, known) }
  if (!valid) return ask('Genuine, but the list of cancelled tickets is more than a day old.', known)
  return { verdict: letInOffline(door, showing, known) }
}

/** Lets a guest in, and remembers it for the service and against a second showing. */
function letInOffline(door: Door, showing: Showing, facts: Partial<Verdict>): Verdict {
  const { scanId, presented, wasSent } = showing
  const ticketCode = facts.ticketCode || null
  door.memory.addWaiting({ ...presented, scanId, scannedAt: new Date().toISOString(), ticketCode, wasSent })
  noteEntry(door, showing, { ...facts, ticketId: null })
  return admitted({ ...facts, isOffline: true })
}

function noteEntry(
  { memory }: Door,
  { scanId, presented }: Showing,
  facts: Partial<Verdict> & { ticketId: number | null },
): void {
  const { name, ticketCode, ticketId } = facts
  if (ticketCode) memory.rememberEntry(ticketCode, new Date())
  memory.keepAdmission({
    scanId,
    presented,
    who: name || ticketCode || 'the last guest',
    ticketCode: ticketCode || null,
    ticketId,
  })
}

/** Reads a typed code with the mercies of codes, so that the same code is known again; what else there is says nothing yet. */
function typedFacts(presented: Presented): { ticketCode: string } | null {
  if (!('code' in presented)) return { ticketCode: '' }
  const ticketCode = presented.code.toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1')
  return /^TC-[0-9]{4}-[0-9A-HJKMNP-TV-Z]{12}$/.test(ticketCode) ? { ticketCode } : null
}

function explain({ code, details }: RefusedError, facts: Partial<Verdict>): Verdict {
  if (code !== 'ALREADY_CHECKED_IN') return refused(code, facts)
  const told = new Map(details.map(({ path, problem }) => [path, problem]))
  const at = told.get('checkedInAt')
  return alreadyIn(at ? new Date(at) : null, told.get('gate') ?? told.get('device') ?? '', facts)
}

function placeOf(checkedIn: Validation['checkedIn']): string {
  return checkedIn?.gate ?? checkedIn?.device ?? ''
}

function undefinedWithoutAnswer(error: unknown): undefined {
  if (!(error instanceof NoAnswerError)) throw error
}
