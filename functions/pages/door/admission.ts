import { isQrPayload, readTicketCode } from '../../contract/qr-payload.ts'
import { parseToken, verifyTicket } from '../../trust/offline-verify.ts'
import { readKnowledge } from './door-knowledge.ts'
import type { DoorMemory } from './door-memory.ts'
import type { DoorPass } from './door-pass.ts'
import { NoResponseError, type Presented, RefusedError, type Service, type Validation } from './service-calls.ts'
import { admitted, alreadyIn, type PastEntry, refused, unsure, type Verdict } from './verdict.ts'
import type { Word } from './words.ts'

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
  const presented = readText(text)
  if (!presented) return { verdict: refused('malformed') }
  const presentation = { scanId: crypto.randomUUID(), presented, wasSent: false }
  const validation = await door.service.validate(presented).catch(ignoreNoResponse)
  if (!validation) return admitOffline(door, presentation)
  return { verdict: await admitOnline(door, presentation, validation) }
}

/**
 * Takes the text of a QR code as it is, and anything else for a typed code. A hand scanner may name the
 * symbology first (AIM, such as `]Q1`), and types a token in lower case while caps lock is on.
 */
function readText(text: string): Presented | null {
  const scanned = text.trim().replace(/^\][A-Za-z][0-9]/, '')
  const trimmed = scanned.startsWith('tk1:') ? scanned.toUpperCase() : scanned
  if (isQrPayload(trimmed)) return trimmed.length <= 1024 ? { qr: trimmed } : null
  return trimmed.length > 0 && trimmed.length <= 64 ? { code: trimmed } : null
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
  if (reason === 'checked_in') return alreadyIn(pastEntry(door, facts.ticketCode, checkedIn), facts)
  if (reason || !ticket) return refused(reason ?? 'unknown', facts)
  const { ticketCode } = ticket
  // Admitted offline at this door and not uploaded yet, so the service cannot know.
  if (door.memory.waiting().some((scan) => scan.ticketCode === ticketCode)) return alreadyIn(pastEntry(door, ticketCode), facts)
  try {
    await door.service.checkIn(ticket.id, { ...presentation.presented, scanId: presentation.scanId })
  } catch (error) {
    if (error instanceof NoResponseError) return letInOffline(door, { ...presentation, wasSent: true }, facts)
    if (error instanceof RefusedError && error.code !== 'FORBIDDEN') return explain(door, error, facts)
    throw error
  }
  recordEntry(door, presentation, { ...facts, ticketId: ticket.id })
  return admitted(facts)
}

async function admitOffline(door: Door, presentation: Presentation): Promise<Outcome> {
  const { presented } = presentation
  const ask = (reason: Word, facts: Partial<Verdict> = {}) => ({
    verdict: unsure(reason, { ...facts, isOffline: true }),
    letInAnyway: () => letInOffline(door, presentation, facts),
  })
  if (!('qr' in presented) || presented.qr.startsWith('{')) {
    const known = typedFacts(presented)
    if (!known) return { verdict: refused('malformed', { isOffline: true }) }
    if (door.memory.entryOf(known.ticketCode))
      return { verdict: alreadyIn(pastEntry(door, known.ticketCode), { ...known, isOffline: true }) }
    return ask('offline_typed', known)
  }
  const knowledge = await readKnowledge(door.pass, door.memory)
  if (!knowledge && parseToken(presented.qr)) return ask('offline_no_keys')
  if (!knowledge) return { verdict: refused('malformed', { isOffline: true }) }
  const { valid, reason, facts } = await verifyTicket(presented.qr, knowledge)
  const known = { ticketCode: facts?.ticketCode ?? '', isOffline: true }
  if (!valid && reason !== 'stale_revocations') return { verdict: refused(reason, known) }
  if (door.memory.entryOf(known.ticketCode)) return { verdict: alreadyIn(pastEntry(door, known.ticketCode), known) }
  if (!valid) return ask('offline_stale', known)
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
    who: name || ticketCode || '',
    ticketCode: ticketCode || null,
    ticketId,
  })
}

/** Normalises a typed code as the service does. An old JSON payload has no code to read offline. */
function typedFacts(presented: Presented): { ticketCode: string } | null {
  if (!('code' in presented)) return { ticketCode: '' }
  const ticketCode = readTicketCode(presented.code)
  return ticketCode ? { ticketCode } : null
}

function explain(door: Door, { code, details }: RefusedError, facts: Partial<Verdict>): Verdict {
  if (code !== 'ALREADY_CHECKED_IN') return refused(code, facts)
  const problems = new Map(details.map(({ path, problem }) => [path, problem]))
  const at = problems.get('checkedInAt')
  const place = { gate: problems.get('gate') ?? null, device: problems.get('device') ?? null }
  return alreadyIn(pastEntry(door, facts.ticketCode ?? '', at ? { at, ...place } : null), facts)
}

/** Describes the entry that used a ticket up, as the service knows it, or else as this device does. */
function pastEntry({ memory, pass }: Door, ticketCode: string, known: Validation['checkedIn'] = null): PastEntry {
  const own = memory.entryOf(ticketCode)
  const place = known ? (known.gate ?? known.device ?? '') : own ? pass.label : ''
  return { at: known ? new Date(known.at) : own, place, count: 1, readHereAt: own }
}

function ignoreNoResponse(error: unknown): undefined {
  if (!(error instanceof NoResponseError)) throw error
}
