import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import { getPriority } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { isRunning, listTree } from '../../bin/local/process/process-tree.ts'
import { eventually } from '../fixtures/eventually.ts'
import { basicEnvironment } from '../fixtures/local-server.ts'
import { makePreparedState } from '../fixtures/prepared-state.ts'

interface Addresses {
  url: string
  databaseUrl: string
  databaseFolder: string
  awsEndpoint: string
}

/** The delays of the sweeper, and the share of puts that S3 refuses. */
export interface TargetSettings {
  faultShare: number
  sweepAfterSeconds: number
  orphanedAfterSeconds: number
}

/** The local stack in a process of its own, with the means to injure it. */
export class TargetProcess {
  #stateFolder: string | undefined
  readonly #settings: TargetSettings
  #server: ChildProcess | undefined
  #addresses: Addresses | undefined
  #sql: postgres.Sql | undefined
  readonly #started = new Set<number>()
  #restarted: Promise<void> = Promise.resolve()

  constructor(settings: TargetSettings) {
    this.#settings = settings
  }

  get addresses(): Addresses {
    if (!this.#addresses) throw new Error('The server has not been started.')
    return this.#addresses
  }

  /** Reaches the database, through a new pool after each start. */
  get sql(): postgres.Sql {
    if (!this.#sql) throw new Error('The server has not been started.')
    return this.#sql
  }

  /** Starts the server on the state that the one before it left. */
  async start(): Promise<void> {
    const { faultShare, sweepAfterSeconds, orphanedAfterSeconds } = this.#settings
    this.#stateFolder ??= await makePreparedState()
    const server = fork(join(import.meta.dirname, 'server-process.ts'), {
      execArgv: [],
      stdio: ['ignore', 'ignore', process.env.FAULTS_VERBOSE ? 'inherit' : 'ignore', 'ipc'],
      env: {
        ...{ ...basicEnvironment, LOG_LEVEL: 'silent', LOCAL_STATE_DIR: this.#stateFolder },
        FAULT_SHARE: String(faultShare),
        MAX_FILE_SIZE: '60000',
        SWEEP_AFTER_SECONDS: String(sweepAfterSeconds),
        TIDY_AFTER_SECONDS: String(orphanedAfterSeconds),
      },
    })
    const [message] = await Promise.race([
      once(server, 'message'),
      once(server, 'exit').then(([code]) => Promise.reject(new Error(`The server ended with ${code} while it was starting.`))),
    ])
    await this.#sql?.end({ timeout: 0 })
    this.#server = server
    this.#addresses = message as Addresses
    this.#sql = postgres(this.#addresses.databaseUrl, {
      max: 2,
      onnotice: () => undefined,
      connect_timeout: 3,
      backoff: () => 0.2,
    })
  }

  /** Lets every put succeed from now on. */
  mendStorage(): void {
    this.#settings.faultShare = 0
    this.#server?.send(0)
  }

  /** Lists the renderers that are fed by the queues, and wait or print. */
  renderers(): number[] {
    return this.#tree().filter((pid) => commandOf(pid).includes('workers/render.ts') && stepsBack(pid))
  }

  /** Lists the processes that send notices. */
  senders(): number[] {
    return this.#tree().filter((pid) => commandOf(pid).includes('workers/send-notices.ts'))
  }

  /** Lists the processes that erase guests. */
  erasers(): number[] {
    return this.#tree().filter((pid) => commandOf(pid).includes('workers/erase.ts'))
  }

  /** Lists the processes of the renderers' browsers. */
  browsers(): number[] {
    return this.renderers()
      .flatMap(listTree)
      .filter((pid) => commandOf(pid).includes('chromium'))
  }

  /** Finds PostgreSQL's first process. */
  postmaster(): number[] {
    try {
      const pid = Number.parseInt(readFileSync(join(this.addresses.databaseFolder, 'postmaster.pid'), 'utf8'), 10)
      return pid > 0 && isRunning(pid) ? [pid] : []
    } catch {
      // It is being started again.
      return []
    }
  }

  /** Kills the server, so that it can do nothing more, and starts it again. Of two who ask at once, one waits for the other. */
  async killServer(): Promise<void> {
    this.#restarted = this.#restarted.catch(() => undefined).then(() => this.#restart())
    await this.#restarted
  }

  async #restart(): Promise<void> {
    this.#tree()
    await this.#end('SIGKILL')
    await this.start()
  }

  /** Stops the server in order. */
  async stop(): Promise<void> {
    await this.#restarted.catch(() => undefined)
    this.#tree()
    await this.#sql?.end({ timeout: 1 })
    await this.#end('SIGTERM')
  }

  /** Waits until no process is left of all that any of the servers started, and removes the state. */
  async removeState(): Promise<void> {
    await eventually('no process is left', () => ![...this.#started].some(isRunning), 15_000)
    if (this.#stateFolder) rmSync(this.#stateFolder, { recursive: true, force: true })
    rmSync(this.addresses.databaseFolder, { recursive: true, force: true })
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const server = this.#server
    // One that has ended does not say so again.
    if (!server || server.exitCode !== null || server.signalCode !== null) return
    const exit = once(server, 'exit')
    server.kill(signal)
    await exit
  }

  #tree(): number[] {
    const tree = this.#server?.pid ? listTree(this.#server.pid) : []
    for (const pid of tree) this.#started.add(pid)
    return tree
  }
}

/** Returns whether a process gives way to others, as those do that print batches. */
function stepsBack(pid: number): boolean {
  try {
    return getPriority(pid) > 0
  } catch {
    // It has ended meanwhile.
    return false
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    // It has ended meanwhile.
    return ''
  }
}
