import type { LogFormat } from './process/log-lines.ts'
import type { RunStep } from './process/start-steps.ts'

/** Settings of the local stack. */
export interface StackOptions {
  host: string
  /** Port of API Gateway; 0 takes a free one. */
  port: number
  stateFolder: string
  /** A PostgreSQL to use, as the owner of its tables. Default: one of the stack's own. */
  databaseUrl?: string | undefined
  /** Port of the metrics for Prometheus; 0 takes a free one. Default: none. */
  metricsPort?: number | undefined
  /** Maximum processes for each function, and chunks printed concurrently. Default: one per core. */
  renderers?: number | undefined
  /** Interval of the scheduled functions. Default: that of AWS. */
  scheduleSeconds?: number | 'never' | undefined
  /** Starts renderers in advance, so that the first ticket does not wait for Chromium. Default: true. */
  warm?: boolean | undefined
  /** Niceness of the renderers of batches and templates. Default: 10. */
  batchNiceness?: number | undefined
  /** Requires signed calls where API Gateway does. */
  requireAuth?: boolean | undefined
  /** Puts a proxy in front of S3: takes the address of S3, returns that of the proxy. */
  routeStorage?: (endpoint: string) => Promise<string>
  /** How the functions' log is written. Default: JSON. */
  logFormat?: LogFormat | undefined
  /** Shows the steps of the start. Default: they are run in silence. */
  runStep?: RunStep | undefined
  log(line: string): void
}
