/** Thrown when the local server cannot start. Its message says why and what to do, and is shown alone. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure'
}
