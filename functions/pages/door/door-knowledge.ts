import { type DoorKnowledge, importKeys, readRevocations } from '../../trust/offline-verify.ts'
import type { DoorMemory } from './door-memory.ts'
import type { DoorPass } from './door-pass.ts'
import type { KeySet, Service } from './service-calls.ts'

interface KeptList {
  through: number
  count: number
  list: string
}

/**
 * Fetches the keys and what was retired since the last time, and keeps both for when there is no network.
 * @throws Error where the lists do not go on although there is more: half of them must not be taken for the whole.
 */
export async function refreshKnowledge(service: Service, memory: DoorMemory): Promise<void> {
  memory.keep('keys', await service.fetchKeys())
  let lists = memory.read<KeptList[]>('lists', [])
  for (;;) {
    const after = lists.at(-1)?.through ?? 0
    const { through, latest, count, list } = await service.fetchRevocations(after)
    // A list that says nothing new is there for its expiry alone, and the next one's is later.
    lists = [...lists.filter((kept) => kept.count > 0), { through, count, list }]
    if (through >= latest) break
    if (through <= after) throw new Error(`The lists of cancelled tickets do not go on after ${after}.`)
  }
  memory.keep('lists', lists)
}

/**
 * Gives what the door knows without a network; null where it has no keys, or the browser cannot use them. Lists that cannot be relied on
 * are left out, and fetched from the first next time.
 */
export async function readKnowledge({ eventId }: DoorPass, memory: DoorMemory): Promise<DoorKnowledge | null> {
  const set = memory.read<KeySet | null>('keys', null)
  const keys = set && (await importKeys(set).catch(() => null))
  if (!keys || keys.size === 0) return null
  const lists = memory.read<KeptList[]>('lists', [])
  const revocations = await readRevocations(
    lists.map(({ list }) => list),
    keys,
    eventId,
  ).catch(() => null)
  if (!revocations) memory.keep('lists', [])
  return { keys, revocations, eventId, now: new Date() }
}
