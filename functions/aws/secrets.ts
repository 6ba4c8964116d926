import { randomUUID } from 'node:crypto'
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  SecretsManagerServiceException,
} from '@aws-sdk/client-secrets-manager'
import { secretReading } from '../contract/retries.ts'

/** A text secret in AWS Secrets Manager. */
export interface Secret {
  arn: string
  /** Reads the text and version of the secret. @throws SecretsUnavailableError, or Error without a text. */
  read(): Promise<{ version: string; content: string }>
  /** Returns whether it holds any text; a new secret does not. @throws Error as `read`. */
  holdsText(): Promise<boolean>
  /** Replaces the text. @throws Error as `read`. */
  write(content: string): Promise<void>
}

/** A temporary failure of Secrets Manager. `reason` names it without quoting the response. */
export class SecretsUnavailableError extends Error {
  readonly reason: string

  constructor(arn: string, reason: string) {
    super(`Secrets Manager is unavailable for ${arn}: ${reason}.`)
    this.name = new.target.name
    this.reason = reason
  }
}

/** Opens the secret, in the region that its ARN names. */
export function openSecret(arn: string): Secret {
  const region = arn.split(':')[3]
  const client = new SecretsManagerClient({ ...(region ? { region } : {}), ...secretReading })
  return {
    arn,
    async read() {
      const { SecretString: content, VersionId: version } = await client
        .send(new GetSecretValueCommand({ SecretId: arn }))
        .catch((error) => refuse(arn, error))
      if (content === undefined || version === undefined) throw new Error(`The secret ${arn} holds no text.`)
      return { content, version }
    },
    holdsText: () =>
      client.send(new GetSecretValueCommand({ SecretId: arn })).then(
        ({ SecretString: content }) => Boolean(content),
        (error) => error.name !== 'ResourceNotFoundException' && refuse(arn, error),
      ),
    async write(content) {
      const put = { SecretId: arn, SecretString: content, ClientRequestToken: randomUUID() }
      await client.send(new PutSecretValueCommand(put)).catch((error) => refuse(arn, error))
    },
  }
}

const passing = new Set(['InternalServiceError', 'ThrottlingException', 'TooManyRequestsException'])

/** Throws an error that names the cause alone: its message may quote the secret. */
function refuse(arn: string, error: unknown): never {
  const isAnswer = error instanceof SecretsManagerServiceException && (error.$metadata.httpStatusCode ?? 500) < 500
  if (isAnswer && !passing.has(error.name)) throw new Error(`Secrets Manager refuses ${arn}: ${error.name}.`, { cause: error })
  throw new SecretsUnavailableError(arn, nameOf(error))
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
