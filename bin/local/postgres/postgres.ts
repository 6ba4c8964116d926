import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { databaseLog } from '../../../functions/contract/database-log.ts'
import { variables } from '../../../functions/contract/environment.ts'
import { closeServer, listen } from '../http/http-server.ts'
import { StartFailure } from '../process/start-failure.ts'
import { type PostgresFiles, placePostgres } from './files.ts'
import { supervisePostgres } from './supervisor.ts'

/** A running PostgreSQL: its owner's connection URL and its data folder, empty for an external one. */
export interface Postgres {
  url: string
  dataFolder: string
  stop(): Promise<void>
}

const run = promisify(execFile)
const role = variables.DB_USER.schema.parse(undefined)
const database = variables.DB_NAME.schema.parse(undefined)

/**
 * Starts PostgreSQL on a free port of 127.0.0.1, restarts it when it ends unexpectedly, and ends it when this
 * process does. The first start creates the data below the state folder, and the owner's password in it. The
 * owner is no superuser.
 * @throws StartFailure when PostgreSQL cannot run on this machine.
 */
export async function startPostgres(stateFolder: string, log: (line: string) => void): Promise<Postgres> {
  const files = placePostgres(stateFolder, log)
  const cluster = join(files.data, 'cluster')
  const passwordFile = join(stateFolder, 'postgres-password')
  // Deleting the state folder starts afresh, even where the data lies elsewhere.
  if (!existsSync(passwordFile) && !cluster.startsWith(stateFolder)) rmSync(cluster, { recursive: true, force: true })
  const password = keepPassword(passwordFile)
  if (!existsSync(cluster)) await makeCluster(files, cluster, password)
  const { port, stop } = await startOnPort(files, { cluster, logFile: join(stateFolder, 'postgres.log'), log })
  return { url: `postgres://${role}:${password}@127.0.0.1:${port}/${database}`, dataFolder: cluster, stop }
}

interface Place {
  cluster: string
  logFile: string
  log(line: string): void
}

async function startOnPort({ programs, account }: PostgresFiles, { cluster, logFile, log }: Place) {
  for (let attempt = 1; ; attempt += 1) {
    const port = await findFreePort()
    const args = ['-D', cluster, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])]
    try {
      const command = { program: join(programs, 'postgres'), args, dataFolder: cluster, logFile, account }
      return { port, stop: await supervisePostgres(command, log) }
    } catch (error) {
      const lines = error instanceof Error ? error.message : String(error)
      // Another program may take the port before PostgreSQL does.
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
  'log_destination=stderr',
  'logging_collector=off',
  ...Object.entries(databaseLog).map(([name, value]) => `${name}=${value}`),
]

async function makeCluster(files: PostgresFiles, cluster: string, password: string): Promise<void> {
  try {
    await createCluster(files, cluster, password)
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error)
    throw new StartFailure(`PostgreSQL's data cannot be created in ${files.data}: ${reason}`, { cause: error })
  }
}

/** Creates the cluster under a draft name, so that an interrupted first start leaves none. */
async function createCluster(files: PostgresFiles, cluster: string, password: string): Promise<void> {
  const draft = join(files.data, 'draft')
  const passwordFile = join(files.data, 'password')
  const options = { ...files.account, cwd: '/', env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' } }
  mkdirSync(files.data, { recursive: true, mode: 0o700 })
  rmSync(draft, { recursive: true, force: true })
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (files.account) chownSync(passwordFile, files.account.uid, files.account.gid)
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  const access = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`]
  await run(join(files.programs, 'initdb'), ['-D', draft, '--no-instructions', ...locale, ...access], options)
  rmSync(passwordFile)
  const input = `create role ${role} login password '${password}'\ncreate database ${database} owner ${role}\n`
  const single = run(join(files.programs, 'postgres'), ['--single', '-D', draft, 'postgres'], options)
  single.child.stdin?.end(input)
  await single
  renameSync(draft, cluster)
}

function keepPassword(file: string): string {
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  const password = randomBytes(24).toString('hex')
  writeFileSync(file, `${password}\n`, { mode: 0o600 })
  return password
}

async function findFreePort(): Promise<number> {
  const probe = createServer()
  const port = await listen(probe, { host: '127.0.0.1', port: 0 })
  await closeServer(probe, 0)
  return port
}
