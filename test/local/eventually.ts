import { setTimeout as delay } from 'node:timers/promises'

/**
 * Waits until the condition holds, and fails with its name when it does not within the patience. It looks often at first, then after each tenth
 * of the time that has passed: looking takes from what is waited for.
 */
export async function eventually(name: string, condition: () => boolean | Promise<boolean>, patienceMs = 10_000): Promise<void> {
  const startedAt = Date.now()
  while (!(await condition())) {
    const passedMs = Date.now() - startedAt
    if (passedMs > patienceMs) throw new Error(`Not within ${patienceMs} ms: ${name}`)
    await delay(Math.min(Math.max(25, passedMs / 10), 250))
  }
}
