import { setTimeout as delay } from 'node:timers/promises'
import { Interrupted } from './failures.ts'

/**
 * Waits for the given time.
 * @throws Interrupted when the signal aborts.
 */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => {
    throw new Interrupted()
  })
}
