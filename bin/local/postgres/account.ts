import { readFileSync, statSync } from 'node:fs'
import { StartFailure } from '../process/start-failure.ts'

/** The user and group that PostgreSQL runs as. */
export interface Account {
  uid: number
  gid: number
}

/**
 * Chooses the account that runs PostgreSQL: undefined (the current user), or, because PostgreSQL refuses to
 * run as root, the owner of its data, else the user "postgres" or "nobody". No user is created: a development
 * server must not change the machine.
 * @throws StartFailure when the current user is root and the machine has neither user.
 */
export function choosePostgresAccount(dataFolder: string): Account | undefined {
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
