import { setTimeout as delay } from 'node:timers/promises'
import { Interrupted } from './failures.ts'

/**
 * Waits, unless the signal says to end.
 * @throws Interrupted when it does.
 */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => {
    throw new Interrupted()
  })
}
