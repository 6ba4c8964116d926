import { readSpellings } from '../../contract/presented-code.ts'
import type { ListedGuest } from '../../trust/guest-list.ts'
import { decideOffline } from './decide-offline.ts'
import type { DoorMemory } from './door-memory.ts'
import type { DoorPass } from './door-pass.ts'
import type { DoorGuests } from './guest-list.ts'
import { type KnownPassage, lastPassage, refusalOf } from './passages.ts'
import { NoResponseError, RefusedError, type ScanFacts, type Service, type Shown, type Validation } from './service-calls.ts'
import { admitted, alreadyIn, type PastEntry, refused, unsure, type Verdict } from './verdict.ts'

/** The parts of a door. `guests` is null until the list is open, and for a pass without the right to it. */
export interface Door {
  pass: DoorPass
  service: Service
  memory: DoorMemory
  guests: DoorGuests | null
}

/** One presentation of a ticket. Its scan id makes sending it again idempotent. */
export interface Presentation {
  shown: Shown
  scan: ScanFacts
  guest: ListedGuest | undefined
  /** Whether the service may have received it. */
  wasSent: boolean
}

/** The outcome of a presentation. If the verdict is unsure, staff may admit the guest with `letInAnyway`. */
export interface Outcome {
  verdict: Verdict
  letInAnyway?: () => Verdict
}

type Facts = Pick<Verdict, 'name' | 'ticketType' | 'ticketCode'>

/**
 * Lets a guest in or out if the ticket is valid: through the service, or offline from what is stored.
 * @throws RefusedError if the service refuses the door's pass.
 */
export async function admit(door: Door, text: string): Promise<Outcome> {
  const presented = readSpellings(text)
  if (!presented) return { verdict: refused('malformed') }
  const presentation: Presentation = { shown: presented, scan: newScan(door), guest: undefined, wasSent: false }
  const validation = await door.service.validate(presented, presentation.scan).catch(ignoreNoResponse)
  if (!validation) return passOffline(door, presentation)
  const guest = await door.guests?.ofCode(validation.ticket?.ticketCode ?? '')
  return { verdict: await passValidated(door, { ...presentation, guest }, validation) }
}

/** Lets a guest in or out who was found by name. @throws RefusedError as `admit`. */
export async function admitGuest(door: Door, guest: ListedGuest): Promise<Outcome> {
  const presentation: Presentation = { shown: { ticketId: guest.ticketId }, scan: newScan(door), guest, wasSent: false }
  if (!door.service.isReachable()) return passOffline(door, presentation)
  const verdict = await passOnline(door, presentation, { ...factsOf(guest), ticketId: guest.ticketId })
  return verdict ? { verdict } : passOffline(door, { ...presentation, wasSent: true })
}

function newScan({ memory }: Door): ScanFacts {
  return { scanId: crypto.randomUUID(), direction: memory.direction() }
}

async function passValidated(door: Door, presentation: Presentation, validation: Validation): Promise<Verdict> {
  const { reason, ticket, guest, entry } = validation
  const ticketCode = ticket?.ticketCode ?? ''
  const named = guest ?? entry?.guest ?? presentation.guest
  const facts = { name: nameOf(named), ticketType: ticket?.ticketType ?? '', ticketCode }
  const last = lastPassage(door, ticketCode, presentation.guest)
  if (reason === 'checked_in') return alreadyIn(pastEntry(door, { last, ...validation }), facts)
  if (reason || !ticket) return refused(reason ?? 'unknown', facts)
  // Admitted offline at this door and not uploaded yet, so the service cannot know.
  const refusal = door.memory.waiting().some((scan) => scan.ticketCode === ticketCode) && refuse(door, presentation, last)
  if (refusal) return { ...refusal, ...facts }
  const verdict = await passOnline(door, presentation, { ...facts, ticketId: ticket.id })
  return verdict ?? letPass(door, { ...presentation, wasSent: true }, facts)
}

/** Asks the service to let a guest pass; null if it does not respond. */
async function passOnline(
  door: Door,
  presentation: Presentation,
  { ticketId, ...facts }: Facts & { ticketId: number },
): Promise<Verdict | null> {
  try {
    await door.service.checkIn(ticketId, presentation.shown, presentation.scan)
  } catch (error) {
    if (error instanceof NoResponseError) return null
    if (error instanceof RefusedError && error.code !== 'FORBIDDEN') return explain(door, error, { presentation, facts })
    throw error
  }
  recordPassage(door, presentation, { ...facts, ticketId })
  return passed(presentation, facts)
}

async function passOffline(door: Door, presentation: Presentation): Promise<Outcome> {
  const { reason, doubt, ticketCode, guest } = await decideOffline(door, presentation.shown, presentation.guest)
  const known: Presentation = { ...presentation, guest }
  const facts = { ...(guest ? factsOf(guest) : unnamed), ticketCode, isOffline: true }
  if (reason) return { verdict: refused(reason, facts) }
  const refusal = refuse(door, known, lastPassage(door, ticketCode, guest))
  if (refusal) return { verdict: { ...refusal, ...facts } }
  const letInAnyway = () => letPass(door, known, facts)
  return doubt ? { verdict: unsure(doubt, facts), letInAnyway } : { verdict: letInAnyway() }
}

/** Lets a guest pass and stores the scan, for the upload and to detect a second presentation. */
function letPass(door: Door, presentation: Presentation, facts: Facts): Verdict {
  const { shown, scan, wasSent } = presentation
  const { memory } = door
  const scannedAt = new Date().toISOString()
  const ticketCode = facts.ticketCode || null
  memory.addWaiting({ ...shown, ...scan, scannedAt, clockOffsetMs: memory.clockOffsetMs(), ticketCode, wasSent })
  recordPassage(door, presentation, { ...facts, ticketId: null })
  return { ...passed(presentation, facts), isOffline: true }
}

function recordPassage(
  door: Door,
  presentation: Presentation,
  { name, ticketCode, ticketId }: Facts & { ticketId: number | null },
): void {
  const { shown, scan, guest } = presentation
  const { memory } = door
  const key = guest?.digest || ticketCode || null
  const before = key && memory.passageOf(key)
  const entryCount = (lastPassage(door, ticketCode, guest)?.entryCount ?? 0) + (scan.direction === 'in' ? 1 : 0)
  if (key) memory.keepPassage(key, { at: memory.now().toISOString(), direction: scan.direction, entryCount })
  const { scanId: id, direction } = scan
  memory.keepAdmission({ id, direction, shown, name, ticketCode: ticketCode || null, ticketId, key, before: before || null })
}

/** Refuses a passage against the event's policy, as far as the device knows. */
function refuse(door: Door, { scan }: Presentation, last: KnownPassage | null): Verdict | null {
  const reason = refusalOf(door.memory, scan.direction, last)
  if (reason === 'not_inside') return refused(reason)
  return reason && alreadyIn(pastEntry(door, { last }))
}

function passed({ scan }: Presentation, facts: Facts): Verdict {
  const verdict = admitted(facts)
  return scan.direction === 'in' ? verdict : { ...verdict, headline: 'headline_exited' }
}

function explain(
  door: Door,
  { code, details }: RefusedError,
  { presentation, facts }: { presentation: Presentation; facts: Facts },
): Verdict {
  if (code !== 'ALREADY_CHECKED_IN') return refused(code, facts)
  const problems = new Map(details.map(({ path, problem }) => [path, problem]))
  const at = problems.get('checkedInAt')
  const place = { gate: problems.get('gate') ?? null, device: problems.get('device') ?? null }
  const last = lastPassage(door, facts.ticketCode, presentation.guest)
  return alreadyIn(pastEntry(door, { last, checkedIn: at ? { at, ...place } : null }), facts)
}

/** Describes the entry that used up a ticket, as the service knows it, else as this device does. */
function pastEntry(
  { memory, pass }: Door,
  { last, checkedIn, entry }: { last: KnownPassage | null } & Partial<Pick<Validation, 'checkedIn' | 'entry'>>,
): PastEntry {
  const isOwn = last !== null && last.place === null
  const readHereAt = isOwn ? new Date(Date.parse(last.at) - (memory.clockOffsetMs() ?? 0)) : null
  if (checkedIn) {
    const place = checkedIn.gate ?? checkedIn.device ?? ''
    return { at: new Date(checkedIn.at), place, count: entry?.count ?? 1, readHereAt }
  }
  const place = isOwn ? pass.label : (last?.place ?? '')
  return { at: last && new Date(last.at), place, count: Math.max(1, last?.entryCount ?? 1), readHereAt }
}

const unnamed = { name: '', ticketType: '' }

function factsOf(guest: ListedGuest): Facts {
  return { name: nameOf(guest), ticketType: guest.ticketType ?? '', ticketCode: '' }
}

function nameOf(guest: { firstName?: string | undefined; lastName?: string | undefined } | null | undefined): string {
  return `${guest?.firstName ?? ''} ${guest?.lastName ?? ''}`.trim()
}

function ignoreNoResponse(error: unknown): undefined {
  if (!(error instanceof NoResponseError)) throw error
}
