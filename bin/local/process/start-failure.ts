/** Says in one sentence why the local server cannot start and what to do about it; it is shown without a stack trace. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure'
}
