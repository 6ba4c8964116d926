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
    read,
    keep,
  }
}
