/**
 * Says what making tickets takes: measured (README, "Figures") where it says so, assumed where it does not. Times are of one core of the machine
 * that measured; a Lambda function of 1,769 MB or more has at least one.
 */
export const workload = {
  /** Measured on the Xeon of the README, before PDFs were tagged: a ticket's share of its chunk in a renderer. The slower EPYC takes 15.5 to 20. */
  renderMs: 10.7,
  /** Measured: one ticket alone, from request to answer; the function that asks waits as long. */
  singleMs: 33,
  /** Measured: a finished PDF. */
  pdfKilobytes: 35,
  /** Assumed of a cold renderer until its first print: the limit it has to keep. AWS bills the start too. */
  coldStartSeconds: 2,
  /** Measured: a batch's acceptance, a ticket. */
  acceptMs: 0.15,
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
