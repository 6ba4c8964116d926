/**
 * The resources that tickets take: measured on the EPYC of the README where it says so, assumed where it does
 * not. A renderer was given one core, as Lambda gives a function of 1,769 MB.
 */
export const workload = {
  /**
   * Measured, `npm run bench:cold`, the slower of two runs: a ticket's share of a chunk in a warm renderer,
   * template 1, names in Latin letters.
   */
  renderMs: 14.4,
  /**
   * Measured, `npm run bench:generate`: one ticket alone, from request to answer; the function that asks
   * waits as long.
   */
  singleMs: 48,
  /** Measured, `npm run bench:tagging`: a PDF of template 1 out of a print of 40. */
  pdfKilobytes: 37,
  /**
   * Measured, `npm run bench:cold`, the slower of two runs: from the start of a renderer to its first PDF.
   * AWS bills the start too.
   */
  coldStartSeconds: 1.6,
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
  /**
   * AWS Lambda, "Using Lambda with Amazon SQS": five pollers a queue, which wait 20 s each when it is empty.
   */
  pollersPerQueue: 5,
  pollSeconds: 20,
  /** Counted in the templates folder: metrics by template are told for each. */
  templates: 3,
  hoursPerMonth: 730,
  zones: 2,
} as const
