import type { Presented, Scan } from './service-calls.ts'

/**
 * Is a guest let in while there was no network, waiting to be handed in. `ticketCode` is null where only the service can tell it;
 * `wasSent` where the service may have heard of it, although its answer got lost.
 */
export type WaitingScan = Scan & { ticketCode: string | null; wasSent: boolean }

/** Is the guest who was let in last, as far as taking it back needs. `ticketId` is null while the service has not heard of it. */
export interface Admission {
  scanId: string
  presented: Presented
  who: string
  ticketCode: string | null
  ticketId: number | null
}

/** Is something that the people at the door should look into. */
export interface Concern {
  id: string
  title: string
  lines: string[]
}

/** Counts what came of the scans at this door. */
export interface Counts {
  admitted: number
  refused: number
}

/** Is what a door remembers of an event. It lasts over reloads, and each scan lies by itself, so that none can be lost for another. */
export interface DoorMemory {
  /** Tells when this door let a code in; null where it did not. */
  entryOf(ticketCode: string): Date | null
  rememberEntry(ticketCode: string, at: Date): void
  forgetEntry(ticketCode: string): void
  waiting(): WaitingScan[]
  addWaiting(scan: WaitingScan): void
  removeWaiting(scanIds: string[]): void
  counts(): Counts
  count(kind: keyof Counts, by: 1 | -1): void
  lastAdmission(): Admission | null
  keepAdmission(admission: Admission | null): void
  concerns(): Concern[]
  keepConcerns(concerns: Concern[]): void
  /** Forgets who was let in last and what has to be looked into, which name guests. */
  forgetNames(): void
  /** Keeps until when there is a door at this event. */
  keepUntil(end: Date): void
  /** Reads something that was kept under a name; gives the fallback where nothing is. */
  read<Value>(name: string, fallback: Value): Value
  keep(name: string, value: unknown): void
}

/** Opens what this browser remembers of an event. */
export function openDoorMemory(eventId: number, storage: Storage = localStorage): DoorMemory {
  const prefix = `door:${eventId}:`
  const read = <Value>(name: string, fallback: Value): Value => {
    const text = storage.getItem(prefix + name)
    return text === null ? fallback : JSON.parse(text)
  }
  const keep = (name: string, value: unknown) => storage.setItem(prefix + name, JSON.stringify(value))
  const forget = (name: string) => storage.removeItem(prefix + name)
  const counts = () => read<Counts>('counts', { admitted: 0, refused: 0 })
  return {
    entryOf: (ticketCode) => {
      const at = read<string | null>(`in:${ticketCode}`, null)
      return at === null ? null : new Date(at)
    },
    rememberEntry: (ticketCode, at) => keep(`in:${ticketCode}`, at.toISOString()),
    forgetEntry: (ticketCode) => forget(`in:${ticketCode}`),
    waiting: () =>
      Object.keys(storage)
        .filter((name) => name.startsWith(`${prefix}scan:`))
        .map((name): WaitingScan => JSON.parse(storage.getItem(name) ?? '{}'))
        .sort((one, other) => one.scannedAt.localeCompare(other.scannedAt)),
    addWaiting: (scan) => keep(`scan:${scan.scanId}`, scan),
    removeWaiting: (scanIds) => {
      for (const scanId of scanIds) forget(`scan:${scanId}`)
    },
    counts,
    count: (kind, by) => {
      const all = counts()
      keep('counts', { ...all, [kind]: Math.max(0, all[kind] + by) })
    },
    lastAdmission: () => read<Admission | null>('last', null),
    keepAdmission: (admission) => keep('last', admission),
    concerns: () => read<Concern[]>('concerns', []),
    keepConcerns: (concerns) => keep('concerns', concerns),
    forgetNames: () => {
      forget('last')
      forget('concerns')
    },
    keepUntil: (end) => keep('until', end.toISOString()),
    read,
    keep,
  }
}

/**
 * Forgets all of the events at which this browser's door is past its time. Where scans still wait for the next pass, they stay, with who is in;
 * names go there too: what was under way when the door closed may have left some.
 */
export function forgetPastEvents(now: Date, storage: Storage = localStorage): void {
  const eventIds = new Set(Object.keys(storage).flatMap((name) => /^door:([0-9]+):/.exec(name)?.[1] ?? []))
  for (const eventId of eventIds) {
    const memory = openDoorMemory(Number(eventId), storage)
    const until = memory.read<string | null>('until', null)
    if (until && new Date(until) > now) continue
    if (memory.waiting().length > 0) memory.forgetNames()
    else for (const name of Object.keys(storage)) if (name.startsWith(`door:${eventId}:`)) storage.removeItem(name)
  }
}
