import { createHmac } from 'node:crypto'
import postgres from 'postgres'
import { type DatabaseRole, databaseRoles } from '../../../functions/contract/functions.ts'

/** Gives each database role an address of its own, with a password that follows from the owner's and does not lead back to it. */
export function roleUrls(ownerUrl: string): Record<DatabaseRole, string> {
  const address = (role: 'api' | 'renderer') => {
    const url = new URL(ownerUrl)
    url.username = databaseRoles[role]
    url.password = passwordOf(ownerUrl, role)
    return url.href
  }
  return { owner: ownerUrl, api: address('api'), renderer: address('renderer') }
}

/**
 * Lets the owner of the database make roles, as the owner on RDS may: its migrations make those that the functions log in as. `postgres`
 * has the owner's password here.
 */
export async function letOwnerMakeRoles(ownerUrl: string): Promise<void> {
  const url = new URL(ownerUrl)
  const owner = url.username
  url.username = 'postgres'
  await run(url.href, (sql) => sql`ALTER ROLE ${sql(owner)} CREATEROLE`)
}

/** Gives the roles that the migrations made their passwords. RDS needs none: its functions log in by IAM. */
export async function letRolesIn(ownerUrl: string): Promise<void> {
  await run(ownerUrl, async (sql) => {
    for (const role of ['api', 'renderer'] as const)
      await sql.unsafe(`ALTER ROLE ${databaseRoles[role]} PASSWORD '${passwordOf(ownerUrl, role)}'`)
  })
}

function passwordOf(ownerUrl: string, role: DatabaseRole): string {
  return createHmac('sha256', new URL(ownerUrl).password).update(role).digest('hex')
}

async function run(url: string, work: (sql: postgres.Sql) => PromiseLike<unknown>): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    await work(sql)
  } finally {
    await sql.end()
  }
}
