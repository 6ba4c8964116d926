import { Duration, Size } from 'aws-cdk-lib'
import { InstanceClass as Instance, type InstanceClass, InstanceSize } from 'aws-cdk-lib/aws-ec2'
import type { Route } from '../functions/contract/routes/route.ts'

/** Sets the sizes and limits of everything that is deployed. */
export interface Stage {
  name: StageName
  /** Is RDS in a network of our own; null where a database is given by its URL, and there is no network. */
  database: DatabaseSize | null
  /** Is how many environments of one function may run at once; each has one connection to the database. */
  concurrency: Concurrency
  /** Limits what all callers together may send, in requests a second and at once. API Gateway, "Throttle requests". */
  requests: { perSecond: number; atOnce: number }
  memory: { route: Size; bulkRoute: Size; worker: Size; download: Size; renderer: Size }
  /** Is room in the renderers' temporary folder. */
  rendererDisk: Size
  /** Is after how long a PDF is deleted. */
  pdfLifetime: Duration
  logLifetime: Duration
  /** Tells whether a deleted stack leaves bucket, database and keys behind. */
  keepsData: boolean
}

/** Names a stage. */
export type StageName = 'dev' | 'production' | 'local'

/** Sizes the database. */
export interface DatabaseSize {
  instance: { class: InstanceClass; size: InstanceSize }
  /** Is what PostgreSQL accepts: set, because RDS's default follows from the memory and would change with it unseen. */
  mostConnections: number
  storage: Size
  mostStorage: Size
  /** Tells whether a second instance in another zone stands by. */
  standsBy: boolean
  backupLifetime: Duration
}

/** Limits how many environments of a function run at once: of each route by who calls it, and of each worker. */
export interface Concurrency {
  routes: Record<Route['access'], number>
  renderNow: number
  /** Is shared by the queues; what the sources may take together must not be more, or chunks would be thrown back and used up. */
  renderBatch: number
  sources: { high: number; normal: number }
  /** How many templates are checked, tried or shown concurrently; these reach no database. */
  renderTrial: number
  deadLetter: number
  makeDownload: number
}

// A route's own work is some queries: what costs is CPU at its cold start, which Lambda gives by memory (1,769 MB are one core).
// To sign ten thousand tickets takes a second of a core, and a download copies thousands of PDFs. A renderer takes turns with its browser:
// a second core would be paid for and seldom used (docs/renderer.md).
const memory = {
  route: Size.mebibytes(512),
  bulkRoute: Size.mebibytes(1769),
  worker: Size.mebibytes(512),
  download: Size.mebibytes(1769),
  renderer: Size.mebibytes(1769),
}

// Chromium unpacked is 209 MB, its profile and the fonts' cache some more; what a crash dumps (up to 1 GB) is deleted at the next start.
const rendererDisk = Size.mebibytes(2048)

// Original specification, "Stockage saturé": files are deleted after 30 days.
const pdfLifetime = Duration.days(30)

/** Lists the stages. */
export const stages: Record<StageName, Stage> = {
  /** Serves developers: the smallest of everything, and nothing is left when it is deleted. */
  dev: {
    name: 'dev',
    database: {
      instance: { class: Instance.T4G, size: InstanceSize.SMALL },
      // 2 GB of memory: about 10 MB a connection leaves half of it for PostgreSQL itself.
      mostConnections: 100,
      storage: Size.gibibytes(20),
      mostStorage: Size.gibibytes(50),
      standsBy: false,
      backupLifetime: Duration.days(1),
    },
    concurrency: {
      routes: { core: 2, door: 2, link: 2, public: 2 },
      renderNow: 2,
      renderBatch: 4,
      sources: { high: 2, normal: 2 },
      renderTrial: 2,
      deadLetter: 1,
      makeDownload: 1,
    },
    requests: { perSecond: 50, atOnce: 50 },
    memory,
    rendererDisk,
    pdfLifetime,
    logLifetime: Duration.days(7),
    keepsData: false,
  },
  production: {
    name: 'production',
    database: {
      instance: { class: Instance.M7G, size: InstanceSize.LARGE },
      // 8 GB of memory: RDS's own default would be about 840.
      mostConnections: 800,
      storage: Size.gibibytes(100),
      mostStorage: Size.gibibytes(500),
      standsBy: true,
      backupLifetime: Duration.days(14),
    },
    concurrency: {
      // Core sends few requests at once; a stadium's doors, and guests after a mail, send many.
      routes: { core: 10, door: 30, link: 30, public: 10 },
      // A ticket takes half a second with its way there and back: 40 a second.
      renderNow: 20,
      // 40 tickets in about 1.6 s on a core and a quarter: 1,000 tickets a second, or 100,000 guests in two minutes.
      renderBatch: 40,
      sources: { high: 20, normal: 20 },
      renderTrial: 10,
      deadLetter: 2,
      makeDownload: 2,
    },
    requests: { perSecond: 1000, atOnce: 500 },
    memory,
    rendererDisk,
    pdfLifetime,
    logLifetime: Duration.days(90),
    keepsData: true,
  },
  /** Serves a stand-in for AWS on one machine, which has no VPC and no RDS, and few cores. */
  local: {
    name: 'local',
    database: null,
    concurrency: {
      routes: { core: 2, door: 2, link: 2, public: 2 },
      renderNow: 1,
      renderBatch: 4,
      sources: { high: 2, normal: 2 },
      renderTrial: 2,
      deadLetter: 1,
      makeDownload: 1,
    },
    requests: { perSecond: 1000, atOnce: 1000 },
    memory,
    rendererDisk,
    pdfLifetime,
    logLifetime: Duration.days(1),
    keepsData: false,
  },
}
