import { type DoorKnowledge, importKeys, readRevocations } from '../../trust/offline-verify.ts'
import type { DoorMemory } from './door-memory.ts'
import type { DoorPass } from './door-pass.ts'
import type { KeySet, Service } from './service-calls.ts'

interface StoredList {
  through: number
  list: string
}

/**
 * Fetches the keys and the newest revocations, and stores both for offline use.
 * @throws Error if the lists stop early: a partial list must not pass for a complete one.
 */
export async function refreshKnowledge(service: Service, memory: DoorMemory): Promise<void> {
  memory.keep('keys', await service.fetchKeys())
  let lists = memory.read<StoredList[]>('lists', [])
  for (;;) {
    const after = lists.at(-1)?.through ?? 0
    const { through, latest, list, event } = await service.fetchRevocations(after)
    memory.keep('event', event)
    // A list without new numbers only extends the expiry, and the next one replaces it. A list without codes may still
    // have new numbers, since not every number is used.
    lists = [...lists.filter((stored, at) => stored.through > (lists[at - 1]?.through ?? 0)), { through, list }]
    if (through >= latest) break
    if (through <= after) throw new Error(`The revocation lists do not continue after ${after}.`)
  }
  memory.keep('lists', lists)
}

/** Reads the stored public keys; null before the first sync. */
export function readKeys(memory: DoorMemory): KeySet | null {
  return memory.read<KeySet | null>('keys', null)
}

/**
 * Reads the stored keys and revocations; null without usable keys. Invalid revocation lists are
 * dropped, so that the next refresh fetches them from the start.
 */
export async function readKnowledge({ eventId }: DoorPass, memory: DoorMemory): Promise<DoorKnowledge | null> {
  const set = readKeys(memory)
  const keys = set && (await importKeys(set).catch(() => null))
  if (!keys || keys.size === 0) return null
  const lists = memory.read<StoredList[]>('lists', [])
  const revocations = await readRevocations(
    lists.map(({ list }) => list),
    keys,
    eventId,
  ).catch(() => null)
  if (!revocations) memory.keep('lists', [])
  return { keys, revocations, eventId, now: memory.now() }
}
