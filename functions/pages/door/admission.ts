import { type Presented, readSpellings } from '../../contract/presented-code.ts'
import { parseToken, verifyTicket } from '../../trust/offline-verify.ts'
import { readKnowledge } from './door-knowledge.ts'
import type { DoorMemory } from './door-memory.ts'
import type { DoorPass } from './door-pass.ts'
import { NoResponseError, RefusedError, type Service, type Validation } from './service-calls.ts'
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
  { reason, ticket, guest, entry }: Validation,
): Promise<Verdict> {
  const known = guest ?? entry?.guest
  const facts = {
    name: known ? `${known.firstName} ${known.lastName}`.trim() : '',
    ticketType: ticket?.ticketType ?? '',
    ticketCode: ticket?.ticketCode ?? '',
  }
  if (reason === 'checked_in') return alreadyIn(pastEntry(door, facts.ticketCode, entry), facts)
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
    // An old JSON payload has no code that can be trusted offline.
    const known = { ticketCode: 'code' in presented ? presented.code : '' }
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

function explain(door: Door, { code, details }: RefusedError, facts: Partial<Verdict>): Verdict {
  if (code !== 'ALREADY_CHECKED_IN') return refused(code, facts)
  const problems = new Map(details.map(({ path, problem }) => [path, problem]))
  const at = problems.get('checkedInAt')
  const place = { gate: problems.get('gate') ?? null, device: problems.get('device') ?? null }
  return alreadyIn(pastEntry(door, facts.ticketCode ?? '', at ? { lastAt: at, count: 1, ...place } : null), facts)
}

/** Describes the entry that used a ticket up, as the service knows it, or else as this device does. */
function pastEntry({ memory, pass }: Door, ticketCode: string, known: KnownEntry | null = null): PastEntry {
  const own = memory.entryOf(ticketCode)
  const place = known ? (known.gate ?? known.device ?? '') : own ? pass.label : ''
  return { at: known ? new Date(known.lastAt) : own, place, count: known?.count ?? 1, readHereAt: own }
}

type KnownEntry = Pick<NonNullable<Validation['entry']>, 'lastAt' | 'count' | 'gate' | 'device'>

function ignoreNoResponse(error: unknown): undefined {
  if (!(error instanceof NoResponseError)) throw error
}
