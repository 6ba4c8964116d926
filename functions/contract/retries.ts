// Every retry, timeout, interval and lifetime of the deployed service, with its reason. An inner wait is shorter than the outer
// one, so that the outer part can still answer: API Gateway 29 s > route > render function > print > browser.

/**
 * Timeouts of routes in seconds. API Gateway ends every request after 29 s. A route answers an error
 * `earlyAnswerMs` before its own timeout, since Lambda would end it without an answer.
 */
export const routeTimeouts = {
  /** Runs a few statements: rather than wait longer, a caller should retry. */
  lookup: 10,
  /** Asks other parts, each within `healthCheckSeconds` or the AWS client's timeouts, and allows for its own cold start. */
  dependent: 15,
  /** Writes up to 10,000 rows. */
  bulk: 25,
  /** Waits for a render function, whose timeout is shorter, or writes 500,000 items. */
  longest: 28,
} as const

/** How long before its timeout a route gives up and answers an error: enough to write the answer and the log line. */
export const earlyAnswerMs = 500

/**
 * The calls that one door pass may make: three times what a device needs that scans 10 guests a second with two calls each.
 * A page that was offline has up to five seconds' worth to catch up with.
 */
export const doorCalls = { perSecond: 60, burstSeconds: 5 } as const

/** Seconds after which a caller should ask again for an answer that is not ready yet (Retry-After). */
export const pendingRetryAfterSeconds = 2

/** How long the health route waits for each part; the rest of the route's timeout covers a cold start. */
export const healthCheckSeconds = 8

/** How far the clocks of a function and of the database may differ: codes and links expire to the minute. */
export const mostClockSeconds = 60

/** Timeouts of workers in seconds; lib/ and the local stack read them through contract/functions.ts. */
export const workerTimeouts = {
  /** Covers two prints of RENDER_DEADLINE_SECONDS and a browser start, within the route's 28 s. */
  'render-now': 25,
  /** Covers a chunk of 40 tickets printed alone after the shared print failed. SQS redelivers what takes longer. */
  'render-batch': 120,
  /** Covers the trial's own deadline and the second attempt on a fresh browser, within the route's 28 s. */
  'render-trial': 26,
  /** Lambda's maximum: a download reads every file of a batch. */
  'make-download': 900,
  /** Lambda's maximum: half a million tickets take about three minutes to sign and write. */
  'prepare-batch': 900,
  /** Settles one chunk with a few statements. */
  'dead-letter': 30,
  /** Ends before the next sweep begins. */
  sweep: 55,
  /** Covers `noticeSending.seconds` and the deletion of old notices. */
  'send-notices': 90,
  /** Looks for changes until shortly after the next run begins, and finishes those it found. */
  'find-changed-passes': 90,
  /** Waits up to 5 s for an answer of Apple or Google, three times in a row. */
  'push-passes': 20,
  /** Erases for `erasing.seconds`, then deletes files; the next run continues. */
  erase: 120,
  /** Covers four calls, each as long as API Gateway waits. */
  canary: 125,
  /** A migration may rewrite a table. A deployment waits for it. */
  migrate: 600,
} as const

/** Pushing changed passes to wallets: a change reaches Apple's and Google's servers within five seconds. */
export const passChanges = {
  /** AWS schedules run once a minute at most, so a run keeps looking. */
  startEverySeconds: 60,
  /** Longer than the interval: the next run waits for its turn, so that the gap is no longer than a pause. */
  runSeconds: 63,
  pauseMs: 2000,
  /** Days after the end of an event during which its passes are still updated. */
  daysAfterEvent: 7,
  /** Longer than `push-passes` takes, so that only the turn of a crashed run expires. */
  turnSeconds: 25,
  /** Concurrent pushes: APNs accepts many on one connection, Google 20 changes a second from an issuer. */
  atOnce: { apple: 500, google: 20 },
} as const

/** How often the sweeper runs: a lost chunk is found within a minute of its age (SWEEP_AFTER_SECONDS). */
export const sweepEverySeconds = 60

/** Erasing guests. */
export const erasing = {
  everySeconds: 60,
  /** How long a run erases guests of events before it deletes their files. */
  seconds: 60,
  /** A transaction holds its guests' locks for about a tenth of a second. */
  guestsPerTransaction: 250,
  foldersAtOnce: 8,
  /** Longer than a download may take: S3 dates a multipart upload from its start. */
  watchedSeconds: 1000,
} as const

/** How often the canary runs: an outage is noticed within a quarter of an hour. */
export const canaryEverySeconds = 300

/** How long the canary waits for an answer: longer than API Gateway does, so that its timeout is seen as an answer. */
export const canaryTimeoutMs = 30_000

/** How often a schedule invokes the functions that emergencies need: Lambda deactivates a function after weeks without a call. */
export const wakeEverySeconds = 43_200

/** Sending notices of changes to the topic. */
export const noticeSending = {
  everySeconds: 60,
  /** Longer than the schedule's interval, so that the next invocation takes over without a gap. */
  seconds: 65,
  /** A notice usually waits half this long, plus one call to SNS. */
  pauseMs: 500,
  reportMs: 5_000,
  /** The maximum retention of SQS. */
  keptDays: 14,
  deletedPerStatement: 10_000,
} as const

/**
 * Delivery of chunks by SQS. AWS asks for a visibility timeout of at least six times the timeout of the function that a queue
 * feeds (AWS Lambda, "Creating and configuring an Amazon SQS event source mapping").
 */
export const chunkDelivery = {
  visibilitySeconds: 6 * workerTimeouts['render-batch'],
  deadLetterVisibilitySeconds: 6 * workerTimeouts['dead-letter'],
  /** Deliveries before a chunk is given up: one print, and three retries after crashes and lost connections. */
  maxReceiveCount: 4,
  /** The maximum of SQS: renderers that are down over a weekend lose nothing. */
  retentionDays: 14,
} as const

/** Days after which S3 deletes a PDF; original specification, "Stockage saturé". Opening a guest's link then prints it anew. */
export const pdfLifetimeDays = 30

/** An uploaded guest list: its upload begins within minutes, and S3 deletes it after a day. */
export const guestListTimes = { uploadSeconds: 900, lifetimeDays: 1 } as const

/** Printing an outdated ticket while a guest waits for it. */
export const reprinting = {
  /** A guest waits this long for the file, then for a page that asks again by itself. */
  waitMs: 6000,
  pollMs: 150,
  /** The longest pause: hundreds of waiting guests must not slow down the database for the printing itself. */
  longestPollMs: 600,
  /** Longer than a chunk usually takes, so that only the claim of a crashed holder expires. */
  claimSeconds: 20,
  /** Concurrent prints for guests: few, so that renderers stay free for single tickets. */
  concurrent: 4,
  /** After this long, a second print of the same event may begin: one that hangs must not hold up the event's other guests. */
  slowSeconds: 1,
} as const

/** Ages at which the sweeper acts, besides SWEEP_AFTER_SECONDS and TIDY_AFTER_SECONDS (contract/environment.ts). */
export const sweepAges = {
  /** After an hour chunks are sent again even to a busy queue: one that never empties must not hide a lost chunk. */
  sentToBusyQueueSeconds: 3600,
} as const

/**
 * Timeouts of AWS clients in milliseconds: for connecting, and for silence on the connection, whatever the size of the
 * request. The SDK's own `requestTimeout` only warns by default, and would end large uploads over a slow network.
 * Source: @smithy/node-http-handler, "NodeHttpHandlerOptions".
 */
export const awsTimeouts = { connectionTimeout: 1000, socketTimeout: 5000 } as const

/** Timeouts for parts of downloads: S3 may take long to confirm a part of 8 MB. */
export const largeFileTimeouts = { ...awsTimeouts, socketTimeout: 60_000 } as const

/** Invoking a render function, whose own timeout bounds the wait. Five attempts outlast about a second of throttling. */
export const invocation = { maxAttempts: 5, requestHandler: { connectionTimeout: awsTimeouts.connectionTimeout } } as const

/** Reading a secret: it is small and every request waits for it, so two short attempts. Known keys stay in use meanwhile. */
export const secretReading = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
} as const

/** Seconds until a process notices changed keys or wallet settings in Secrets Manager, which charges for each call. */
export const secretCheckSeconds = 300
/** The same for a file, which costs nothing to check. */
export const fileCheckSeconds = 2

/** Timeouts of a database connection, in seconds. */
export const databaseConnection = {
  /** A connection inside a VPC takes milliseconds; three seconds outlast a failover's DNS change in several attempts. */
  connect_timeout: 3,
  /** Keeps a warm function's connection between requests, and frees those of idle functions. */
  idle_timeout: 300,
  /** Reconnects quickly: a request waits for it. */
  backoff: () => 0.2,
} as const

/**
 * Checking that an idle connection still answers, in milliseconds: longer than a new connection's own timeout. Two
 * attempts with a pause leave a lookup enough time for its statements.
 */
export const databaseProof = { timeoutMs: 1000 * databaseConnection.connect_timeout + 500, pauseMs: 200 } as const

/** Milliseconds to wait for an answer beyond the server's statement timeout. */
export const databaseAnswerMs = 500

/**
 * Limits that PostgreSQL enforces for each connection, in milliseconds. A statement ends early enough for its route to
 * answer with the reason, and after 20 s in any function, as the longest route allows. Waiting for a lock may take half
 * as long; an abandoned transaction releases its locks.
 * @param timeoutSeconds The timeout of the function that connects.
 */
export function databaseLimits(timeoutSeconds = Number.POSITIVE_INFINITY) {
  const statement_timeout = Math.min(20_000, timeoutSeconds * 1000 - earlyAnswerMs - 2 * databaseAnswerMs)
  return { statement_timeout, lock_timeout: statement_timeout / 2, idle_in_transaction_session_timeout: 30_000 }
}

/** Attempts to apply a migration that deadlocks with the running service; PostgreSQL detects a deadlock after a second. */
export const migrationAttempts = 10

/** A download that reported no progress for this long is abandoned: it reports every second. */
export const downloadSilenceSeconds = 60

/** Interval at which a download reports its progress. */
export const downloadProgressMs = 1000

/** Life of a presigned S3 URL: long enough to follow a redirect, short enough to be useless once leaked. */
export const presignedSeconds = 300

/** Timeouts of Chromium in milliseconds. A print has RENDER_DEADLINE_SECONDS, and one retry on a fresh browser. */
export const browserTimeouts = {
  /** A cold start on a small Lambda unpacks Chromium and starts it in about five seconds; a loaded laptop needs more. */
  connect: 20_000,
  /** The first launch on Lambda: it takes 0.2 s if Chromium may start processes; otherwise it hangs. */
  trial: 3_000,
  /** A blank page to check that a browser works, browser start included. */
  probe: 5_000,
  /** Checking an idle browser before a print: a hung one must not use up the print's deadline. */
  pulse: 2_000,
} as const

/** Deadlines of a template's trial in milliseconds. */
export const trialDeadlines = {
  /** Reading and checking the source: its parsers take milliseconds for any that people write. */
  check: 8_000,
  /** Decoding its pictures and fonts in the browser. */
  decode: 8_000,
  /** Printing: leaves the render function time for a second attempt to report what is slow. */
  print: 16_000,
  /** The time after its start during which a trial begins further variants. */
  variants: 2_500,
} as const
