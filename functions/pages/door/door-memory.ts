import type { Presented } from '../../contract/presented-code.ts'
import type { Scan } from './service-calls.ts'
import type { Message } from './words.ts'

/**
 * An offline admission that waits for upload. `ticketCode` is null if only the service knows it; `wasSent`
 * marks a scan that the service may have received.
 */
export type WaitingScan = Scan & { ticketCode: string | null; wasSent: boolean }

/** The last admission, with what undoing it takes. `ticketId` is null until the service has received it. */
export interface Admission {
  scanId: string
  presented: Presented
  who: string
  ticketCode: string | null
  ticketId: number | null
}

/** Something that the door staff should look into. */
export interface Concern {
  id: string
  title: Message
  lines: Message[]
}

/** The number of scans at this door by outcome. */
export interface Counts {
  admitted: number
  refused: number
}

/** A door's storage for one event. Each scan has its own entry, so that writing one cannot lose another. */
export type DoorMemory = ReturnType<typeof openDoorMemory>

/** Opens this browser's storage for an event. */
export function openDoorMemory(eventId: number, storage: Storage = localStorage) {
  const prefix = `door:${eventId}:`
  const read = <Value>(name: string, fallback: Value): Value => {
    const text = storage.getItem(prefix + name)
    return text === null ? fallback : JSON.parse(text)
  }
  const keep = (name: string, value: unknown) => storage.setItem(prefix + name, JSON.stringify(value))
  const forget = (name: string) => storage.removeItem(prefix + name)
  const counts = () => read<Counts>('counts', { admitted: 0, refused: 0 })
  return {
    /** Reads when this door admitted a code; null if it did not. */
    entryOf: (ticketCode: string) => {
      const at = read<string | null>(`in:${ticketCode}`, null)
      return at === null ? null : new Date(at)
    },
    rememberEntry: (ticketCode: string, at: Date) => keep(`in:${ticketCode}`, at.toISOString()),
    forgetEntry: (ticketCode: string) => forget(`in:${ticketCode}`),
    waiting: () =>
      Object.keys(storage)
        .filter((name) => name.startsWith(`${prefix}scan:`))
        .map((name): WaitingScan => JSON.parse(storage.getItem(name) ?? '{}'))
        .sort((one, other) => one.scannedAt.localeCompare(other.scannedAt)),
    addWaiting: (scan: WaitingScan) => keep(`scan:${scan.scanId}`, scan),
    removeWaiting: (scanIds: string[]) => {
      for (const scanId of scanIds) forget(`scan:${scanId}`)
    },
    counts,
    count: (kind: keyof Counts, by: 1 | -1) => {
      const all = counts()
      keep('counts', { ...all, [kind]: Math.max(0, all[kind] + by) })
    },
    lastAdmission: () => read<Admission | null>('last', null),
    keepAdmission: (admission: Admission | null) => keep('last', admission),
    concerns: () => read<Concern[]>('concerns', []),
    keepConcerns: (concerns: Concern[]) => keep('concerns', concerns),
    /** Deletes the last admission and the concerns, which contain guests' names. */
    forgetNames: () => {
      forget('last')
      forget('concerns')
    },
    /** Stores when the door's pass for this event expires. */
    keepUntil: (end: Date) => keep('until', end.toISOString()),
    read,
    keep,
  }
}

/**
 * Deletes the storage of events whose door pass has expired. Where scans wait for the next pass, only names
 * go: work in progress when the door closed may have stored some.
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
