import { types } from 'node:util'
import { createContext, Script } from 'node:vm'

/** Synchronous work exceeded its time limit. */
export class TimeBudgetError extends Error {
  constructor(milliseconds: number) {
    super(`takes longer than ${milliseconds} ms`)
  }
}

/**
 * Runs synchronous `work` and aborts it after `milliseconds`, even in a loop, a library or a regular
 * expression; timers do not fire while the thread is busy. A call costs about 0.1 ms, too much for each
 * ticket.
 * @throws TimeBudgetError at the timeout, and whatever `work` throws.
 */
export function runWithin<T>(milliseconds: number, work: () => T): T {
  const done: { value: T }[] = []
  const outer = room.work
  room.work = () => void done.push({ value: work() })
  try {
    script.runInContext(context, { timeout: milliseconds })
  } catch (error) {
    throw isTimeout(error) ? new TimeBudgetError(milliseconds) : error
  } finally {
    room.work = outer
  }
  const [result] = done
  if (!result) throw new TimeBudgetError(milliseconds)
  return result.value
}

// Node's watchdog aborts a script at its timeout, with everything that the script calls.
const room: { work: () => void } = { work: () => undefined }
const context = createContext(room)
const script = new Script('work()')

/** Recognizes a timeout of the watchdog, whose error may be of the script's own realm. */
function isTimeout(error: unknown): boolean {
  return types.isNativeError(error) && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
}
