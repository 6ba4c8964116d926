/** The limits of a wait. */
export interface Timeout {
  timeoutMs: number
  /** Makes the error of the timeout. */
  onTimeout: () => Error
  /** Ends the wait early, by rejecting with its reason. */
  signal?: AbortSignal | undefined
}

/**
 * Waits for work for a bounded time. The work itself continues: the caller stops it if that matters.
 * @throws The error of `onTimeout`, or the reason of `signal`.
 */
export async function withTimeout<T>(work: Promise<T>, { timeoutMs, onTimeout, signal }: Timeout): Promise<T> {
  const { promise: ended, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(onTimeout()), timeoutMs)
  const abort = (): void => reject(signal?.reason)
  signal?.addEventListener('abort', abort)
  if (signal?.aborted) abort()
  try {
    return await Promise.race([work, ended])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}
