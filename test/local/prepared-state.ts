import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, globSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import { CleanupClient } from '../../bin/local/postgres/cleanup-client.ts'
import { startPostgres } from '../../bin/local/postgres/postgres.ts'
import { letOwnerMakeRoles } from '../../bin/local/postgres/roles.ts'
import { clientVariables } from '../../functions/contract/clients.ts'
import { connect } from '../../functions/database/client.ts'
import { prepareDatabase } from '../../functions/domain/templates/prepare-database.ts'
import { readEnvironment } from '../../functions/runtime/environment.ts'
import { ensureWalletFile } from '../../functions/wallet/local-wallet-file.ts'
import { makeStateFolder } from './local-server.ts'

const root = join(import.meta.dirname, '../..')
const cache = join(root, 'node_modules/.cache/ticket-generator-tests')

// Whatever decides what a first start makes: where one of these changes, it is made anew.
const sources = [
  ...['migrations/*.sql', 'templates/*/*.{hbs,json}', 'functions/**/*.ts'],
  ...['bin/local/postgres/*.ts', 'test/local/prepared-state.ts', 'package-lock.json'],
]

/**
 * Makes a state folder as a first start would, with a database that is migrated already and wallet settings, which is most of the work of a first
 * start: it is done once for all tests, and copied. What is written is not forced to the disk: it outlives a process, and need not outlive the machine.
 */
export async function makePreparedState(): Promise<string> {
  const prepared = join(cache, `state-${hashSources()}`)
  if (!existsSync(prepared)) await prepare(prepared)
  const folder = makeStateFolder()
  // Not fs.cp, which gives the files of PostgreSQL's user to root.
  execFileSync('cp', ['-a', `${prepared}/.`, folder])
  return folder
}

function hashSources(): string {
  const hash = createHash('sha256')
  for (const file of globSync(sources, { cwd: root }).sort()) hash.update(file).update(readFileSync(join(root, file)))
  return hash.digest('hex').slice(0, 16)
}

/** Prepares a state beside its place and moves it there when it is complete. Of two tests at once both do, and either's is taken. */
async function prepare(prepared: string): Promise<void> {
  const draft = makeStateFolder()
  await ensureWalletFile(join(draft, 'wallet.json'))
  const guard = new CleanupClient(() => undefined)
  const { url, dataFolder } = await startPostgres(draft, guard, () => undefined)
  await letOwnerMakeRoles(url)
  const sql = connect({ ...readEnvironment(clientVariables.sql), DATABASE_URL: url, DB_POOL_SIZE: 1 })
  await prepareDatabase({ sql, migrationsPath: join(root, 'migrations'), templatesPath: join(root, 'templates') })
  await sql.end()
  await dropOtherDatabases(url)
  await guard.stop()
  appendFileSync(join(dataFolder, 'postgresql.conf'), 'fsync = off\nfull_page_writes = off\n')
  mkdirSync(cache, { recursive: true })
  removeFormer()
  const copy = join(cache, `draft-${process.pid}`)
  execFileSync('cp', ['-a', draft, copy])
  rmSync(draft, { recursive: true })
  rmSync(dataFolder, { recursive: true, force: true })
  try {
    renameSync(copy, prepared)
  } catch (error) {
    rmSync(copy, { recursive: true })
    if (!existsSync(prepared)) throw error
  }
}

/** Removes the states that other sources led to, unless one of them may be in use. */
function removeFormer(): void {
  const yesterday = Date.now() - 86_400_000
  for (const name of readdirSync(cache)) {
    const former = join(cache, name)
    if (statSync(former).mtimeMs < yesterday) rmSync(former, { recursive: true, force: true })
  }
}

/** Drops the databases that nobody connects to: three quarters of the files that would be copied are theirs. */
async function dropOtherDatabases(ownerUrl: string): Promise<void> {
  const url = new URL(ownerUrl)
  url.username = 'postgres'
  const sql = postgres(url.href, { max: 1 })
  await sql`UPDATE pg_database SET datistemplate = false WHERE datistemplate`
  for (const name of ['postgres', 'template0', 'template1']) await sql.unsafe(`DROP DATABASE ${name}`)
  await sql.end()
}
