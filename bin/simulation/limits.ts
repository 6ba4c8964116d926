/**
 * Limits of AWS that a large batch runs into, as AWS documents them. Those of a stage are in lib/stage.ts.
 */
export const awsLimits = {
  /** AWS Lambda, "Configuring scaling behavior for SQS event source mappings": pollers at the start, and more a minute. */
  pollersAtStart: 5,
  pollersPerMinute: 300,
  /** Amazon S3, "Best practices design patterns: optimizing performance": PUT requests a second for each partitioned prefix. */
  putsPerSecond: 3500,
  /** Amazon SQS quotas, "Quotas related to messages": received and not yet deleted, for each standard queue. */
  messagesInFlight: 120_000,
  /** Amazon RDS, "gp3 storage": the baseline below 400 GiB. */
  diskWritesPerSecond: 3000,
} as const

/** Cores of the instance sizes that stages use. Amazon RDS, "DB instance classes". */
export const instanceCores: Record<string, number> = { small: 2, medium: 2, large: 2, xlarge: 4, '2xlarge': 8 }
