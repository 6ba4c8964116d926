/**
 * Says what making tickets takes: measured (README, "Figures") where it says so, assumed where it does not. Times are of one core of the machine
 * that measured; a Lambda function of 1,769 MB or more has at least one.
 */
export const workload = {
  /** Measured: a ticket's share of its chunk in a renderer. */
  renderMs: 15.5,
  /** Measured: one ticket alone, from request to answer; the function that asks waits as long. */
  singleMs: 48,
  /** Measured: a finished PDF. */
  pdfKilobytes: 32,
  /** Measured (docs/renderer.md): a cold renderer until its first print, with two cores. AWS bills the start too. */
  coldStartSeconds: 1.4,
  /** Measured: a batch's acceptance, a ticket. */
  acceptMs: 0.25,
  /** Assumed: how often Core asks for a batch's status. */
  statusRequestsPerBatch: 60,
  /** Assumed of such a request, and of the functions that do little. */
  routeMs: 50,
  /** Measured on the local stack, rounded up, with what Lambda itself writes of an invocation. */
  logKilobytesPerChunk: 5,
  logKilobytesPerRequest: 1,
  /** Counted: one request sends ten chunks; each is received and deleted by itself. */
  chunksPerSend: 10,
  requestsPerChunkReceived: 2,
  /** AWS Lambda, "Using Lambda with Amazon SQS": five pollers a queue, which wait 20 s each when it is empty. */
  pollersPerQueue: 5,
  pollSeconds: 20,
  /** Counted in the templates folder: metrics by template are told for each. */
  templates: 3,
  hoursPerMonth: 730,
  zones: 2,
} as const
