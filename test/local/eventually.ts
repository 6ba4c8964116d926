import { setTimeout as delay } from 'node:timers/promises'

/** Waits until the condition holds, and fails with its name when it does not within the patience. */
export async function eventually(name: string, condition: () => boolean | Promise<boolean>, patienceMs = 10_000): Promise<void> {
  const until = Date.now() + patienceMs
  while (!(await condition())) {
    if (Date.now() > until) throw new Error(`Not within ${patienceMs} ms: ${name}`)
    await delay(25)
  }
}
