import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import * as z from 'zod'
import type { clientVariables } from '../contract/clients.ts'
import type { Environment } from '../contract/environment.ts'
import { awsTimeouts } from '../contract/retries.ts'
import { connect, type Sql } from '../database/client.ts'
import { isLoginRefused } from '../database/unavailable.ts'

/**
 * Opens a pool to PostgreSQL as the role that owns the tables. On RDS it logs in with an IAM token: creating
 * the roles of the functions made it a member of them (PostgreSQL 16 and later), and so of `rds_iam`, whose
 * members RDS refuses a password (Amazon RDS, "Database authentication"). Until then, which is at the first
 * deployment, RDS refuses the token instead: the password comes from DB_SECRET_ARN.
 */
export async function connectAsOwner(environment: Environment<(typeof clientVariables.owner)[number]>): Promise<Sql> {
  const { DB_SECRET_ARN: arn } = environment
  const sql = connect(environment)
  if (!arn) return sql
  try {
    await sql`SELECT 1`
    return sql
  } catch (error) {
    await sql.end({ timeout: 0 })
    if (!isLoginRefused(error)) throw error
    return connect({ ...environment, DB_AUTH: 'password' }, { askPassword: () => readPassword(arn) })
  }
}

async function readPassword(arn: string): Promise<string> {
  const client = new SecretsManagerClient({ requestHandler: awsTimeouts })
  const { SecretString: content = '' } = await client.send(new GetSecretValueCommand({ SecretId: arn }))
  return credentials.parse(JSON.parse(content)).password
}

/** The secret of RDS. Source: Amazon RDS, "Password management with … AWS Secrets Manager". */
const credentials = z.object({ password: z.string().min(1) })
