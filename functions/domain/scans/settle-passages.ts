import type { Reentry } from '../../contract/schemas/requests.ts'
import type { Direction } from '../../database/entries.ts'

/** A passage of a ticket through a door: one that counts, or one that is to be judged. */
export interface Passage {
  direction: Direction
  at: Date
  /** What the device's clock said; it orders passages at the same time. */
  deviceTime: Date | null
  isAdmitted: boolean
}

/**
 * Judges the passages of one ticket under the re-entry policy, each as of when it was made, and returns those that
 * now count besides the ones that did. What counts is never taken back, so the order of uploads matters only where
 * the policy was broken.
 */
export function settlePassages<P extends Passage>(reentry: Reentry, passages: readonly P[]): P[] {
  const inOrder = passages.toSorted(
    (one, other) => one.at.getTime() - other.at.getTime() || clockOf(one).getTime() - clockOf(other).getTime(),
  )
  const admitted = new Set(inOrder.filter(({ isAdmitted }) => isAdmitted))
  const judged: P[] = []
  for (const [index, passage] of inOrder.entries()) {
    if (admitted.has(passage)) continue
    const before = inOrder.slice(0, index).findLast((other) => admitted.has(other))
    // An exit that nobody has judged yet will count if this entry does.
    const after = inOrder.slice(index + 1).find((other) => admitted.has(other) || other.direction === 'out')
    const isFirst = () => ![...admitted].some(({ direction }) => direction === 'in')
    const mayEnter = {
      none: isFirst,
      after_exit: () => before?.direction !== 'in' && after?.direction !== 'in',
      unlimited: () => true,
    }
    if (passage.direction === 'in' ? !mayEnter[reentry]() : before?.direction !== 'in') continue
    admitted.add(passage)
    judged.push(passage)
  }
  return judged
}

function clockOf({ at, deviceTime }: Passage): Date {
  return deviceTime ?? at
}
