import { type Presented, readSpellings } from '../../contract/presented-code.ts'
import { parseToken, verifyTicket } from '../../trust/offline-verify.ts'
import { readKnowledge } from './door-knowledge.ts'
import type { DoorMemory } from './door-memory.ts'
import type { DoorPass } from './door-pass.ts'
import { NoResponseError, RefusedError, type Service, type Validation } from './service-calls.ts'
import { admitted, alreadyIn, refused, unsure, type Verdict } from './verdict.ts'

/** The parts that a door works with. */
export interface Door {
  pass: DoorPass
  service: Service
  memory: DoorMemory
}

/** One presentation of a ticket. Its id makes it one scan, however often it is sent. */
interface Presentation {
  scanId: string
  presented: Presented
  /** Whether the service may have received it. */
  wasSent: boolean
}

/** The outcome of a presentation. If the verdict is unsure, staff may admit the guest with `letInAnyway`. */
export interface Outcome {
  verdict: Verdict
  letInAnyway?: () => Verdict
}

/**
 * Checks a guest in if the ticket is valid: through the service, or offline from what is stored.
 * @throws RefusedError if the service refuses the door's pass.
 */
export async function admit(door: Door, text: string): Promise<Outcome> {
  const presented = readSpellings(text)
  if (!presented) return { verdict: refused('malformed') }
  const presentation = { scanId: crypto.randomUUID(), presented, wasSent: false }
  const validation = await door.service.validate(presented).catch(ignoreNoResponse)
  if (!validation) return admitOffline(door, presentation)
  return { verdict: await admitOnline(door, presentation, validation) }
}

async function admitOnline(
  door: Door,
  presentation: Presentation,
  { reason, ticket, guest, checkedIn }: Validation,
): Promise<Verdict> {
  const facts = {
    name: guest ? `${guest.firstName} ${guest.lastName}`.trim() : '',
    ticketType: ticket?.ticketType ?? '',
    ticketCode: ticket?.ticketCode ?? '',
  }
  if (reason === 'checked_in') return alreadyIn(checkedIn && new Date(checkedIn.at), placeOf(checkedIn), facts)
  if (reason || !ticket) return refused(reason ?? 'unknown', facts)
  const { ticketCode } = ticket
  // Admitted offline at this door and not uploaded yet, so the service cannot know.
  if (door.memory.waiting().some((scan) => scan.ticketCode === ticketCode))
    return alreadyIn(door.memory.entryOf(ticketCode), door.pass.label, facts)
  try {
    await door.service.checkIn(ticket.id, { ...presentation.presented, scanId: presentation.scanId })
  } catch (error) {
    if (error instanceof NoResponseError) return letInOffline(door, { ...presentation, wasSent: true }, facts)
    if (error instanceof RefusedError && error.code !== 'FORBIDDEN') return explain(error, facts)
    throw error
  }
  recordEntry(door, presentation, { ...facts, ticketId: ticket.id })
  return admitted(facts)
}

async function admitOffline(door: Door, presentation: Presentation): Promise<Outcome> {
  const { presented } = presentation
  const ask = (reason: string, facts: Partial<Verdict> = {}) => ({
    verdict: unsure(reason, { ...facts, isOffline: true }),
    letInAnyway: () => letInOffline(door, presentation, facts),
  })
  if (!('qr' in presented) || presented.qr.startsWith('{')) {
    // An old JSON payload has no code that can be trusted offline.
    const known = { ticketCode: 'code' in presented ? presented.code : '' }
    const entry = door.memory.entryOf(known.ticketCode)
    if (entry) return { verdict: alreadyIn(entry, door.pass.label, { ...known, isOffline: true }) }
    return ask('This device is offline. Offline, only scanned ticket QR codes can be checked.', known)
  }
  const knowledge = await readKnowledge(door.pass, door.memory)
  if (!knowledge && parseToken(presented.qr))
    return ask('This device has no keys to check tickets with yet. Open this page once while online.')
  if (!knowledge) return { verdict: refused('malformed', { isOffline: true }) }
  const { valid, reason, facts } = await verifyTicket(presented.qr, knowledge)
  const known = { ticketCode: facts?.ticketCode ?? '', isOffline: true }
  if (!valid && reason !== 'stale_revocations') return { verdict: refused(reason, known) }
  const entry = door.memory.entryOf(known.ticketCode)
  if (entry) return { verdict: alreadyIn(entry, door.pass.label, known) }
  if (!valid) return ask('Genuine, but the list of cancelled tickets is more than a day old.', known)
  return { verdict: letInOffline(door, presentation, known) }
}

/** Admits a guest and stores the scan, for the upload and to detect a second presentation. */
function letInOffline(door: Door, presentation: Presentation, facts: Partial<Verdict>): Verdict {
  const { scanId, presented, wasSent } = presentation
  const ticketCode = facts.ticketCode || null
  door.memory.addWaiting({ ...presented, scanId, scannedAt: new Date().toISOString(), ticketCode, wasSent })
  recordEntry(door, presentation, { ...facts, ticketId: null })
  return admitted({ ...facts, isOffline: true })
}

function recordEntry(
  { memory }: Door,
  { scanId, presented }: Presentation,
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

function explain({ code, details }: RefusedError, facts: Partial<Verdict>): Verdict {
  if (code !== 'ALREADY_CHECKED_IN') return refused(code, facts)
  const problems = new Map(details.map(({ path, problem }) => [path, problem]))
  const at = problems.get('checkedInAt')
  return alreadyIn(at ? new Date(at) : null, problems.get('gate') ?? problems.get('device') ?? '', facts)
}

function placeOf(checkedIn: Validation['checkedIn']): string {
  return checkedIn?.gate ?? checkedIn?.device ?? ''
}

function ignoreNoResponse(error: unknown): undefined {
  if (!(error instanceof NoResponseError)) throw error
}
