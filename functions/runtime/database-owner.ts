import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import * as z from 'zod'
import type { clientVariables } from '../contract/clients.ts'
import type { Environment } from '../contract/environment.ts'
import { awsTimeouts } from '../contract/retries.ts'
import { connect, type Sql } from '../database/client.ts'

/**
 * Opens a pool to PostgreSQL as the role that owns the tables. RDS changes that password by itself, so the
 * secret is read at each new connection.
 */
export function connectAsOwner(environment: Environment<(typeof clientVariables.owner)[number]>): Sql {
  const { DB_SECRET_ARN: arn } = environment
  if (!arn) return connect(environment)
  const client = new SecretsManagerClient({ requestHandler: awsTimeouts })
  return connect(environment, async () => {
    const { SecretString: content = '' } = await client.send(new GetSecretValueCommand({ SecretId: arn }))
    return credentials.parse(JSON.parse(content)).password
  })
}

/** The secret of RDS. Source: Amazon RDS, "Password management with … AWS Secrets Manager". */
const credentials = z.object({ password: z.string().min(1) })
