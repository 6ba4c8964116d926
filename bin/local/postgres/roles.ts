import { createHmac } from 'node:crypto'
import postgres from 'postgres'
import { type DatabaseRole, databaseRoles } from '../../../functions/contract/functions.ts'

/** Builds each database role's connection URL, with a password derived one-way from the owner's. */
export function roleUrls(ownerUrl: string): Record<DatabaseRole, string> {
  const urlOf = (role: Exclude<DatabaseRole, 'owner'>) => {
    const url = new URL(ownerUrl)
    url.username = databaseRoles[role]
    url.password = passwordOf(ownerUrl, role)
    return url.href
  }
  return { owner: ownerUrl, api: urlOf('api'), renderer: urlOf('renderer'), eraser: urlOf('eraser') }
}

/**
 * Lets the database's owner create roles, as on RDS: its migrations create those that the functions log in
 * as. The superuser `postgres` has the owner's password here.
 */
export async function allowRoleCreation(ownerUrl: string): Promise<void> {
  const url = new URL(ownerUrl)
  const owner = url.username
  url.username = 'postgres'
  await run(url.href, (sql) => sql`ALTER ROLE ${sql(owner)} CREATEROLE`)
}

/** Sets the passwords of the roles that the migrations created. On RDS, functions log in by IAM instead. */
export async function setRolePasswords(ownerUrl: string): Promise<void> {
  await run(ownerUrl, async (sql) => {
    for (const role of ['api', 'renderer', 'eraser'] as const)
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
