import { createHmac } from 'node:crypto'
import postgres from 'postgres'
import { type DatabaseRole, databaseRoles } from '../../../functions/contract/functions.ts'
import { StartFailure } from '../process/start-failure.ts'
import type { Postgres } from './postgres.ts'

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
 * Uses an external PostgreSQL.
 * @throws StartFailure when the URL has no password: those of the functions' roles are derived from it.
 */
export function useDatabase(url: string): Postgres {
  if (!URL.parse(url)?.password)
    throw new StartFailure('DATABASE_URL must be postgres://<role>:<password>@<host>:<port>/<database>.')
  return { url, dataFolder: '', stop: async () => undefined }
}

/**
 * Lets the database's owner create roles, as on RDS: its migrations create those that the functions log in
 * as. In a PostgreSQL of our own, the superuser `postgres` has the owner's password.
 * @throws StartFailure when the owner of an external database may not create roles.
 */
export async function allowRoleCreation(ownerUrl: string): Promise<void> {
  if (await mayCreateRoles(ownerUrl)) return
  const url = new URL(ownerUrl)
  const owner = url.username
  url.username = 'postgres'
  try {
    await run(url.href, (sql) => sql`ALTER ROLE ${sql(owner)} CREATEROLE`)
  } catch (cause) {
    throw new StartFailure(
      `The role ${owner} of DATABASE_URL must be allowed to create roles: run ALTER ROLE ${owner} CREATEROLE.`,
      { cause },
    )
  }
}

/** @throws StartFailure when PostgreSQL cannot be reached, or refuses the login. */
async function mayCreateRoles(ownerUrl: string): Promise<boolean> {
  try {
    const [role] = await run(
      ownerUrl,
      (sql) => sql<[{ may: boolean }]>`SELECT rolcreaterole OR rolsuper AS may FROM pg_roles WHERE rolname = CURRENT_USER`,
    )
    return role.may
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new StartFailure(`PostgreSQL at ${new URL(ownerUrl).host} cannot be used: ${reason}.`, { cause })
  }
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

async function run<T>(url: string, work: (sql: postgres.Sql) => PromiseLike<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    return await work(sql)
  } finally {
    await sql.end()
  }
}
