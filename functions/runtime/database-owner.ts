import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import * as z from 'zod'
import type { clientVariables } from '../contract/clients.ts'
import type { Environment } from '../contract/environment.ts'
import { awsTimeouts } from '../contract/retries.ts'
import { connect, type Sql } from '../database/client.ts'

/**
 * Opens a pool to PostgreSQL as the role that owns the tables. Where DB_SECRET_ARN names the secret that RDS keeps its password in, and
 * changes by itself, it is read at each new connection.
 */
export function connectAsOwner(environment: Environment<(typeof clientVariables.owner)[number]>): Sql {
  const { DB_SECRET_ARN: arn } = environment
  if (!arn) return connect(environment)
  const client = new SecretsManagerClient({ requestHandler: awsTimeouts })
  const askPassword = async () => {
    const { SecretString: content = '' } = await client.send(new GetSecretValueCommand({ SecretId: arn }))
    return credentials.parse(JSON.parse(content)).password
  }
  return connect(environment, { askPassword })
}

/**
 * What RDS keeps in its secret. Source: Amazon RDS, "Password management with Amazon RDS and AWS Secrets
 * Manager".
 */
const credentials = z.object({ password: z.string().min(1) })
