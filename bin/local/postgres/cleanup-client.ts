import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { type News, news, type Order, type PostgresCommand } from './cleanup-messages.ts'

/**
 * Is the server's end of the guardian, the process that sees to it that nothing outlives the server, whatever ends that. The
 * guardian itself is started again when it is killed.
 */
export class CleanupClient {
  readonly #log: (line: string) => void
  readonly #watched = new Set<number>()
  #command: PostgresCommand | undefined
  #listen: (news: News) => void = () => undefined
  #isStopping = false
  #guardian: ChildProcess

  /** Starts the guardian. `log` gets a sentence when something ended that should not have. */
  constructor(log: (line: string) => void) {
    this.#log = log
    this.#guardian = this.#launch()
  }

  /**
   * Has PostgreSQL run, in place of the one that runs, and resolves when it takes connections.
   * @throws Error with the end of PostgreSQL's log if it ends before.
   */
  runPostgres(command: PostgresCommand): Promise<void> {
    this.#command = command
    this.#send({ type: 'run-postgres', command })
    return new Promise((resolve, reject) => {
      this.#listen = (first) => {
        this.#listen = (later) => {
          if (later.type === 'postgres-exited' && !this.#isStopping)
            this.#log('PostgreSQL ended unexpectedly: starting it again.')
        }
        if (first.type === 'postgres-ready') resolve()
        else reject(new Error(first.lastLines.join('\n')))
      }
    })
  }

  /** Has a process, and all it started, ended when the server is gone. */
  watch(pid: number): void {
    this.#watched.add(pid)
    this.#send({ type: 'watch', pid })
  }

  /** Forgets a process that has ended. */
  unwatch(pid: number): void {
    this.#watched.delete(pid)
    this.#send({ type: 'unwatch', pid })
  }

  /** Stops PostgreSQL and the guardian itself. */
  async stop(): Promise<void> {
    this.#isStopping = true
    if (this.#guardian.exitCode !== null || this.#guardian.signalCode !== null) return
    const exit = once(this.#guardian, 'exit')
    this.#send({ type: 'stop' })
    await exit
  }

  #launch(): ChildProcess {
    const guardian = fork(join(import.meta.dirname, 'cleanup-process.ts'), {
      // A session of its own: what ends the terminal's processes must not end it.
      detached: true,
      cwd: '/',
      execArgv: [],
      env: { PATH: process.env.PATH, ...compileCache() },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    guardian.on('message', (message) => this.#listen(news.parse(message)))
    guardian.once('exit', () => this.#replace())
    return guardian
  }

  #replace(): void {
    if (this.#isStopping) return
    this.#log('The guardian process ended unexpectedly: starting another.')
    this.#guardian = this.#launch()
    for (const pid of this.#watched) this.#send({ type: 'watch', pid })
    if (this.#command) this.#send({ type: 'run-postgres', command: this.#command })
  }

  #send(order: Order): void {
    // A send fails only when the guardian is gone, and then another is started and told everything again.
    this.#guardian.send(order, () => undefined)
  }
}

/** Tells a process in another folder where Node keeps compiled modules, if it does. */
function compileCache(): Record<string, string> {
  const { NODE_COMPILE_CACHE: folder } = process.env
  return folder ? { NODE_COMPILE_CACHE: resolve(folder) } : {}
}
