import { types } from 'node:util'
import { createContext, Script } from 'node:vm'

/** An error for synchronous work that exceeded its time limit. */
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
  const outer = globals.work
  globals.work = work
  try {
    return script.runInContext(context, { timeout: milliseconds })
  } catch (error) {
    throw isTimeout(error) ? new TimeBudgetError(milliseconds) : error
  } finally {
    globals.work = outer
  }
}

// Node's watchdog aborts a script at its timeout, with everything that the script calls.
const globals: { work: () => unknown } = { work: () => undefined }
const context = createContext(globals)
const script = new Script('work()')

/** Recognises a timeout of the watchdog, whose error may belong to the script's realm. */
function isTimeout(error: unknown): boolean {
  return types.isNativeError(error) && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
}
