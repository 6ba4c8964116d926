import { types } from 'node:util'
import { createContext, Script } from 'node:vm'

/** Says that synchronous work took longer than it may. */
export class TimeBudgetError extends Error {
  constructor(milliseconds: number) {
    super(`takes longer than ${milliseconds} ms`)
  }
}

/**
 * Runs synchronous `work` and ends it after `milliseconds`, wherever it is: in a loop, a library or a regular
 * expression. A timer could not, since none fires while the thread is busy. A call costs about 0.1 ms, so it
 * is for work that is done once, not for each ticket.
 * @throws TimeBudgetError when the time is up, and what `work` throws.
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

// Node's own watchdog ends a script that runs too long, with all that the script calls.
const room: { work: () => void } = { work: () => undefined }
const context = createContext(room)
const script = new Script('work()')

/** The error may be of the script's own realm, where `Error` is another. */
function isTimeout(error: unknown): boolean {
  return types.isNativeError(error) && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
}
