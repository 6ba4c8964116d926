import type { DoorEvent, Scan, Shown } from './service-calls.ts'
import type { Message } from './words.ts'

/**
 * A passage decided offline that waits for upload. `scannedAt` is the device's time; `clockOffsetMs` is by how much the
 * service's clock was ahead, if known. `ticketCode` is null if only the service knows it; `wasSent` marks a scan that
 * the service may have received.
 */
export type WaitingScan = Scan & { ticketCode: string | null; wasSent: boolean; clockOffsetMs: number | null }

/** A passage at this door: its time by the service's clock, and the number of entries so far. */
export interface Passage {
  at: string
  direction: 'in' | 'out'
  entryCount: number
}

/** The last admission, with all that undoing it requires. `ticketId` is null until the service has received it. */
export interface Admission {
  /** The id of its scan. */
  id: string
  name: string
  shown: Shown
  direction: Passage['direction']
  ticketCode: string | null
  ticketId: number | null
  /** The key under which the passage is stored, and the passage before it. */
  key: string | null
  before: Passage | null
}

/** A concern that the door staff should look into. */
export interface Concern {
  id: string
  /** The guest's name, which the title contains; empty if unknown. */
  name: string
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

/**
 * Opens this browser's storage for an event. Names are stored only with a pass for the list of guests; otherwise they
 * are kept in memory until the page is closed.
 */
export function openDoorMemory(eventId: number, storage: Storage = localStorage, { storesNames = false } = {}) {
  const prefix = `door:${eventId}:`
  const read = <Value>(name: string, fallback: Value): Value => {
    const text = storage.getItem(prefix + name)
    return text === null ? fallback : JSON.parse(text)
  }
  const keep = (name: string, value: unknown) => storage.setItem(prefix + name, JSON.stringify(value))
  const forget = (name: string) => storage.removeItem(prefix + name)
  const clockOffsetMs = () => read<number | null>('clock', null)
  const shownNames = new Map<string, string>()
  const named = <Value extends { id: string; name: string }>(value: Value) => ({
    ...value,
    name: shownNames.get(value.id) ?? value.name,
  })
  const keepNamed = <Value extends { id: string; name: string }>(values: Value[]) => {
    for (const { id, name } of values) shownNames.set(id, name)
    return storesNames ? values : values.map((value) => ({ ...value, name: '' }))
  }
  const concerns = () => read<Concern[]>('concerns', []).map(named)
  const counts = () => read<Counts>('counts', { admitted: 0, refused: 0 })
  return {
    /** Reads the last passage at this door with a code, or with a code's digest for a guest found by name. */
    passageOf: (key: string) => read<Passage | null>(`passage:${key}`, null),
    keepPassage: (key: string, passage: Passage | null) => (passage ? keep(`passage:${key}`, passage) : forget(`passage:${key}`)),
    /** Stores by how much the service's clock is ahead of the device's. */
    learnClock: (offsetMs: number) => keep('clock', Math.round(offsetMs)),
    clockOffsetMs,
    /** Estimates the time of the service. */
    now: () => new Date(Date.now() + (clockOffsetMs() ?? 0)),
    /** The event as the service last described it; null before the first sync. */
    event: () => read<DoorEvent | null>('event', null),
    /** The direction that the staff have set. */
    direction: () => read<Passage['direction']>('direction', 'in'),
    waiting: () =>
      Object.keys(storage)
        .filter((name) => name.startsWith(`${prefix}scan:`))
        .map((name): WaitingScan => JSON.parse(storage.getItem(name) ?? '{}'))
        .sort((one, other) => String(one.scannedAt).localeCompare(String(other.scannedAt))),
    addWaiting: (scan: WaitingScan) => keep(`scan:${scan.scanId}`, scan),
    removeWaiting: (scanIds: string[]) => {
      for (const scanId of scanIds) forget(`scan:${scanId}`)
    },
    counts,
    count: (kind: keyof Counts, by: 1 | -1) => {
      const all = counts()
      keep('counts', { ...all, [kind]: Math.max(0, all[kind] + by) })
    },
    lastAdmission: () => read<Admission[]>('undo', []).map(named)[0] ?? null,
    keepAdmission: (admission: Admission | null) => keep('undo', keepNamed(admission ? [admission] : [])),
    concerns,
    /** Adds concerns on top; each replaces an older one with its id. */
    addConcerns: (fresh: Concern[]) => {
      const others = concerns().filter(({ id }) => !fresh.some((concern) => concern.id === id))
      keep('concerns', keepNamed([...fresh, ...others]))
    },
    /** Removes the names that were stored with an earlier pass. */
    dropStoredNames: () => {
      keep('undo', keepNamed(read<Admission[]>('undo', [])))
      keep('concerns', keepNamed(concerns()))
    },
    /** Deletes the last admission and the concerns, which may contain guests' names. */
    forgetNames: () => {
      shownNames.clear()
      forget('undo')
      forget('concerns')
    },
    /** Stores when the door's pass for this event expires. */
    keepUntil: (end: Date) => keep('until', end.toISOString()),
    read,
    keep,
  }
}

/**
 * Deletes the storage of events whose door pass has expired. Where scans wait for the next pass, deletes only names:
 * work in progress when the door closed may have stored some.
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
