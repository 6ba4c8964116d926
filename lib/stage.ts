import { Duration, Size } from 'aws-cdk-lib'
import { InstanceClass as Instance, type InstanceClass, InstanceSize } from 'aws-cdk-lib/aws-ec2'
import { noticeSending, pdfLifetimeDays } from '../functions/contract/retries.ts'
import type { Route } from '../functions/contract/routes/route.ts'

/** The sizes and limits of a deployment. */
export interface Stage {
  name: StageName
  /** The RDS instance, in a VPC of the stack; null for a stage with a database URL and no VPC. */
  database: DatabaseSize | null
  /** The limits of concurrent environments; each environment holds one database connection. */
  concurrency: Concurrency
  /** How long each minute's invocation sends notices; 0 makes one pass a minute. */
  noticeSeconds: number
  memory: { route: Size; bulkRoute: Size; worker: Size; notices: Size; download: Size; renderer: Size }
  /** The size of a renderer's /tmp. */
  rendererDisk: Size
  /** The time after which a PDF is deleted. */
  pdfLifetime: Duration
  logLifetime: Duration
  /** Whether bucket, database and keys survive the deletion of the stack. */
  keepsData: boolean
  /** Whether a canary makes and checks a ticket every five minutes. */
  hasCanary: boolean
  /** Whether functions emit metrics, and a dashboard and alarms watch them. */
  isMonitored: boolean
  /** How functions in the network reach AWS services: private endpoints, or an instance that translates addresses, at a fifth of their price. */
  waysOut: 'endpoints' | 'nat-instance'
  /** Whether a web ACL limits the requests of each address. */
  hasFirewall: boolean
}

/** The name of a stage. */
export type StageName = 'dev' | 'production' | 'local'

/** The size of a database. */
export interface DatabaseSize {
  instance: { class: InstanceClass; size: InstanceSize }
  /** The memory of the instance. */
  memory: Size
  /** PostgreSQL's `max_connections`. Set, because RDS's default changes with the instance's memory. */
  maxConnections: number
  storage: Size
  maxStorage: Size
  /** Whether a standby runs in another zone. */
  hasStandby: boolean
  backupLifetime: Duration
}

/** The limits of concurrent environments: of each function of routes by its kind of caller, and of each worker. */
export interface Concurrency {
  routes: Record<Route['access'], number>
  renderNow: number
  /** At least the sum of `sources`: Lambda would return the excess to the queue and use up its retries. */
  renderBatch: number
  sources: { high: number; normal: number }
  /** Templates checked, tried or previewed concurrently, without a database. */
  renderTrial: number
  deadLetter: number
  makeDownload: number
  prepareBatch: number
  /** Guests erased concurrently; an event takes one of them for a minute at a time. */
  erase: number
}

// Lambda allots CPU by memory; 1,769 MB are one core. A route runs a few queries, so its cold start sets the
// size. Signing ten thousand tickets takes a second of a core, and a download copies thousands of PDFs. A
// renderer and its browser take turns, so a second core would idle (docs/renderer.md).
const memory = {
  route: Size.mebibytes(512),
  bulkRoute: Size.mebibytes(1769),
  worker: Size.mebibytes(512),
  // Mostly waits, around the clock.
  notices: Size.mebibytes(256),
  download: Size.mebibytes(1769),
  renderer: Size.mebibytes(1769),
}

// Unpacked Chromium takes 209 MB, its profile and the font cache some more. A crash dump (up to 1 GB) is
// deleted at the next start.
const rendererDisk = Size.mebibytes(2048)

// Original specification, "Stockage saturé": files are deleted after 30 days.
const pdfLifetime = Duration.days(pdfLifetimeDays)

/** What all stages have in common. */
const shared = { memory, rendererDisk, pdfLifetime }

/** For developers: the smallest sizes, and nothing survives its deletion. */
const dev: Stage = {
  ...shared,
  name: 'dev',
  database: {
    instance: { class: Instance.T4G, size: InstanceSize.MICRO },
    memory: Size.gibibytes(1),
    maxConnections: 110,
    storage: Size.gibibytes(20),
    maxStorage: Size.gibibytes(50),
    hasStandby: false,
    backupLifetime: Duration.days(1),
  },
  concurrency: {
    routes: { core: 4, door: 4, link: 4, public: 4 },
    renderNow: 2,
    renderBatch: 4,
    sources: { high: 2, normal: 2 },
    renderTrial: 2,
    deadLetter: 1,
    makeDownload: 1,
    prepareBatch: 1,
    erase: 2,
  },
  noticeSeconds: 0,
  logLifetime: Duration.days(7),
  keepsData: false,
  hasCanary: false,
  isMonitored: false,
  waysOut: 'nat-instance',
  hasFirewall: false,
}

/** The stages by name. */
export const stages: Record<StageName, Stage> = {
  dev,
  production: {
    ...shared,
    name: 'production',
    database: {
      instance: { class: Instance.M7G, size: InstanceSize.LARGE },
      memory: Size.gibibytes(8),
      // RDS's default for 8 GB of memory is about 840.
      maxConnections: 800,
      storage: Size.gibibytes(100),
      maxStorage: Size.gibibytes(500),
      hasStandby: true,
      backupLifetime: Duration.days(14),
    },
    concurrency: {
      // Core sends few concurrent requests; a stadium's doors, and guests after a mailing, send many.
      routes: { core: 20, door: 60, link: 40, public: 10 },
      // A ticket takes half a second including the round trip: 40 a second.
      renderNow: 20,
      // A chunk of 40 tickets takes about 1.6 s: 1,000 tickets a second, or 100,000 guests in two minutes.
      renderBatch: 40,
      sources: { high: 20, normal: 20 },
      renderTrial: 10,
      deadLetter: 2,
      makeDownload: 2,
      prepareBatch: 4,
      erase: 6,
    },
    noticeSeconds: noticeSending.seconds,
    logLifetime: Duration.days(90),
    keepsData: true,
    hasCanary: true,
    isMonitored: true,
    waysOut: 'endpoints',
    hasFirewall: true,
  },
  /** For an AWS emulator on one machine, with few cores and neither VPC nor RDS. */
  local: {
    ...dev,
    name: 'local',
    database: null,
    concurrency: { ...dev.concurrency, routes: { core: 2, door: 2, link: 2, public: 2 }, renderNow: 1 },
    logLifetime: Duration.days(1),
    waysOut: 'endpoints',
  },
}
