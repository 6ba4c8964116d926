import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { after, test } from 'node:test'
import postgres from 'postgres'
import { startPostgres } from '../../bin/local/postgres/postgres.ts'
import { allowRoleCreation } from '../../bin/local/postgres/roles.ts'
import { clientVariables } from '../../functions/contract/clients.ts'
import { databaseRoles } from '../../functions/contract/functions.ts'
import { connect } from '../../functions/database/client.ts'
import { readEnvironment } from '../../functions/runtime/environment.ts'
import { makeStateFolder } from '../fixtures/local-server.ts'
import { rdsRules, startRdsLogin } from '../fixtures/rds-login.ts'
import { secretArn, startSecretsManager } from '../fixtures/secrets-manager.ts'

const stateFolder = makeStateFolder()
const { url, stop } = await startLikeRds()
const { username: owner, password } = new URL(url)
const login = await startRdsLogin(url)
const secrets = await startSecretsManager(JSON.stringify({ username: owner, password }))
Object.assign(process.env, {
  ...{ DB_HOST: '127.0.0.1', DB_PORT: String(login.port), DB_USER: owner, DB_AUTH: 'iam', DB_SECRET_ARN: secretArn },
  ...{ AWS_REGION: 'eu-west-3', AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'key', AWS_ENDPOINT_URL: secrets.endpoint },
})
const { handler: migrate } = await import('../../functions/workers/migrate.ts')

after(async () => {
  login.stop()
  secrets.stop()
  await stop()
})

test('a deployment logs in by password once, and by token when the roles it made have made it a member of rds_iam', async () => {
  assert.ok((await migrate()).applied.includes('0003_roles.sql'))
  assert.deepEqual(login.logins.splice(0), [`${owner} by token`, `${owner} by password`])

  await takeBackMembership()
  for (const role of [databaseRoles.api, databaseRoles.renderer]) await asRole(role)
  assert.deepEqual(login.logins.splice(0), ['ticket_api by token', 'ticket_renderer by token'])
  await assert.rejects(connectByPassword(), { code: '28000' })
  login.logins.splice(0)

  assert.deepEqual(await migrate(), { applied: [] })
  assert.deepEqual(login.logins, [`${owner} by token`])
  assert.equal(secrets.state.reads, 1)
})

/**
 * Starts a PostgreSQL whose pg_hba.conf sends members of `rds_iam` to IAM. On RDS the master user may grant that role without being a member,
 * which PostgreSQL itself allows superusers only: the owner is lent a membership as soon as the migration begins.
 */
async function startLikeRds() {
  const draft = await startPostgres(stateFolder, () => undefined)
  await allowRoleCreation(draft.url)
  const { username: owner } = new URL(draft.url)
  await asSuperuser(
    draft.url,
    `CREATE ROLE rds_iam;
     CREATE FUNCTION lend_membership() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER
       AS $$ BEGIN GRANT rds_iam TO ${owner} WITH ADMIN OPTION; END $$;
     CREATE EVENT TRIGGER lend_membership ON ddl_command_end EXECUTE FUNCTION lend_membership()`,
  )
  await draft.stop()
  const file = path.join(draft.dataFolder, 'pg_hba.conf')
  const others = readFileSync(file, 'utf8').replaceAll('scram-sha-256', 'password')
  writeFileSync(file, `${rdsRules.join('\n')}\n${others}`)
  return await startPostgres(stateFolder, () => undefined)
}

/** Leaves the owner a member of `rds_iam` only through the roles that it made. */
async function takeBackMembership(): Promise<void> {
  await asSuperuser(
    url,
    `DROP EVENT TRIGGER lend_membership;
     GRANT rds_iam TO ticket_api, ticket_renderer GRANTED BY CURRENT_USER;
     REVOKE rds_iam FROM ${owner} CASCADE`,
  )
}

async function asSuperuser(ownerUrl: string, statements: string): Promise<void> {
  const superuser = new URL(ownerUrl)
  superuser.username = 'postgres'
  const sql = postgres(superuser.href, { max: 1, onnotice: () => undefined })
  await sql.unsafe(statements)
  await sql.end()
}

async function asRole(role: string): Promise<void> {
  const sql = connect({ ...readEnvironment(clientVariables.sql), DB_USER: role })
  const [row] = await sql`SELECT current_user AS role`
  assert.equal(row?.role, role)
  await sql.end()
}

async function connectByPassword(): Promise<void> {
  const sql = connect({ ...readEnvironment(clientVariables.sql), DB_AUTH: 'password', DB_PASSWORD: password })
  try {
    await sql`SELECT 1`
  } finally {
    await sql.end({ timeout: 0 })
  }
}
