import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { variables } from '../../../functions/contract/environment.ts'
import { StartFailure } from '../process/start-failure.ts'
import type { CleanupClient } from './cleanup-client.ts'
import { type PostgresFiles, placePostgres } from './files.ts'

/** Says where PostgreSQL answers and where its data lies. */
export interface Postgres {
  url: string
  dataFolder: string
}

const role = variables.DB_USER.schema.parse(undefined)
const database = variables.DB_NAME.schema.parse(undefined)

/**
 * Starts PostgreSQL on a free port of 127.0.0.1, with its data below the state folder, made at the first start; the guardian
 * keeps it running. The role owns its database and is no superuser; its password, made at the first start, stays in the state folder.
 * @throws StartFailure when PostgreSQL cannot run here.
 */
export async function startPostgres(stateFolder: string, guard: CleanupClient, log: (line: string) => void): Promise<Postgres> {
  const files = placePostgres(stateFolder, log)
  const cluster = join(files.data, 'cluster')
  const passwordFile = join(stateFolder, 'postgres-password')
  // Whoever deletes the state folder starts anew, also where the data had to lie elsewhere.
  if (!existsSync(passwordFile) && !cluster.startsWith(stateFolder)) rmSync(cluster, { recursive: true, force: true })
  const password = keepPassword(passwordFile)
  if (!existsSync(cluster)) makeCluster(files, cluster, password)
  const logFile = join(stateFolder, 'postgres.log')
  const port = await run(files, cluster, logFile, guard)
  return { url: `postgres://${role}:${password}@127.0.0.1:${port}/${database}`, dataFolder: cluster }
}

async function run(files: PostgresFiles, cluster: string, logFile: string, guard: CleanupClient): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await findFreePort()
    const args = ['-D', cluster, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])]
    const account = files.account ? { account: files.account } : {}
    try {
      await guard.runPostgres({ file: join(files.programs, 'postgres'), args, dataFolder: cluster, logFile, ...account })
      return port
    } catch (error) {
      const lines = error instanceof Error ? error.message : String(error)
      // Between our look and its start another program may take the port.
      if (attempt < 3 && lines.includes('Address already in use')) continue
      const reason = lines.split('FATAL:  ').at(-1)?.split('\n')[0]
      throw new StartFailure(`PostgreSQL ended while it was starting (${reason}): see ${logFile}.`, { cause: error })
    }
  }
}

const settings = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=100',
  'timezone=UTC',
  'log_timezone=UTC',
  'lc_messages=C',
  'jit=off',
  // The log goes through the guardian's pipe, which looks for the line that says PostgreSQL is ready.
  'log_destination=stderr',
  'logging_collector=off',
]

function makeCluster(files: PostgresFiles, cluster: string, password: string): void {
  try {
    createCluster(files, cluster, password)
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error)
    throw new StartFailure(`PostgreSQL's data cannot be made in ${files.data}: ${reason}`, { cause: error })
  }
}

/** Makes the cluster beside its place and moves it there when it is complete, so a broken-off first start leaves no half of one. */
function createCluster(files: PostgresFiles, cluster: string, password: string): void {
  const draft = join(files.data, 'draft')
  const passwordFile = join(files.data, 'password')
  const options = { ...files.account, cwd: '/', env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' }, stdio: 'pipe' } as const
  mkdirSync(files.data, { recursive: true, mode: 0o700 })
  rmSync(draft, { recursive: true, force: true })
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (files.account) chownSync(passwordFile, files.account.uid, files.account.gid)
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  const access = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`]
  execFileSync(join(files.programs, 'initdb'), ['-D', draft, '--no-instructions', ...locale, ...access], options)
  rmSync(passwordFile)
  const input = `create role ${role} login password '${password}'\ncreate database ${database} owner ${role}\n`
  execFileSync(join(files.programs, 'postgres'), ['--single', '-D', draft, 'postgres'], { ...options, input })
  renameSync(draft, cluster)
}

function keepPassword(file: string): string {
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  const password = randomBytes(24).toString('hex')
  writeFileSync(file, `${password}\n`, { mode: 0o600 })
  return password
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      const port = typeof address === 'object' && address ? address.port : 0
      probe.close(() => resolve(port))
    })
  })
}
