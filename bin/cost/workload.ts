/**
 * The resources that tickets use. Measured values come from the EPYC of the README, with one core per
 * renderer, as Lambda allots to 1,769 MB.
 */
export const workload = {
  /**
   * Measured, `npm run bench:cold`, one core: a ticket's share of a chunk in a warm renderer,
   * template 1, names in Latin letters.
   */
  renderMs: 4.6,
  /**
   * Measured, `npm run bench:generate`: a single ticket, from request to answer; the calling function waits
   * as long.
   */
  singleMs: 29,
  /** Measured, `npm run bench:tagging`: a PDF of template 1 from a shared print of 40. */
  pdfKilobytes: 37,
  /**
   * Measured, `npm run bench:cold`, one core: from the start of a renderer to its first PDF.
   * AWS bills the start as well.
   */
  coldStartSeconds: 1,
  /** Measured: accepting a batch, per ticket. */
  acceptMs: 0.15,
  /** Target of `npm run bench:batch -- --sizes 50000`, which measures less: from the request of 50,000 guests to its answer. */
  acceptSecondsPerBatch: 2,
  /** Estimated from the time that 4,500 tickets took to be signed and written, once, on a busy machine. */
  prepareMs: 0.1,
  /** Measured once: CPU time of PostgreSQL for a ticket of a batch of 10,000, 0.28 ms in all. The split between preparing and settling is estimated. */
  databasePrepareMs: 0.08,
  databaseSettleMs: 0.2,
  /** Assumed: Core's status requests per batch. */
  statusRequestsPerBatch: 60,
  /** Assumed: the duration of a status request and of other light functions. */
  routeMs: 50,
  /** Measured on the local stack and rounded up, including Lambda's own lines per invocation. */
  logKilobytesPerChunk: 5,
  logKilobytesPerRequest: 1,
  /** Counted: a request sends ten chunks; each chunk is received and deleted separately. */
  chunksPerSend: 10,
  noticesPerPublish: 10,
  requestsPerChunkReceived: 2,
  /** AWS Lambda, "Using Lambda with Amazon SQS": five pollers per queue, with a long poll of 20 s. */
  pollersPerQueue: 5,
  pollSeconds: 20,
  /** Counted in the templates folder: each has metrics of its own. */
  templates: 3,
  /** Assumed: how often a guest opens the link of a ticket; each opening is a request, a redirect and the PDF. */
  openingsPerTicket: 3,
  /** Assumed: environments with signing keys that are warm around the clock. */
  warmKeyHolders: 5,
  /** Assumed: the share of the database's storage that backups take beyond the free size, for each week they are kept. */
  backupSharePerWeek: 0.25,
  hoursPerMonth: 730,
  zones: 2,
} as const
