import { randomUUID } from 'node:crypto'
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  SecretsManagerServiceException,
} from '@aws-sdk/client-secrets-manager'
import {
  addKey,
  type KeyChange,
  type KeySet,
  makeKeySet,
  parseKeySet,
  type Retirement,
  type StoredKey,
  withdrawKey,
  writeKeySet,
} from './trust/key-set.ts'

/** Is after how many seconds at most a function notices that the keys in Secrets Manager have changed. */
export const secretCheckSeconds = 60

/** Holds the signing keys in AWS Secrets Manager: one secret whose text is what a key file holds. */
export interface KeySecret {
  arn: string
  /**
   * Reads the keys, and which version of the secret they are.
   * @throws SecretsUnavailableError when Secrets Manager does not answer.
   * @throws Error when it refuses, or the keys are malformed; the message shows no secret.
   */
  read(): Promise<{ version: string; keys: KeySet }>
  /** Adds a key, which signs from now on. @throws Error as `read`, and when somebody else wrote meanwhile. */
  rotate(): Promise<StoredKey>
  /** Retires a key as `retireKey` does in a file. @throws Error as `rotate`, and when no key has this kid. */
  retire(kid: number): Promise<Retirement>
}

/** Says that Secrets Manager does not answer: a fault that passes. `reason` names it and quotes nothing. */
export class SecretsUnavailableError extends Error {
  readonly reason: string

  constructor(arn: string, reason: string) {
    super(`Secrets Manager does not answer for ${arn}: ${reason}.`)
    this.name = new.target.name
    this.reason = reason
  }
}

/** Opens the secret, in the region that its ARN names. */
export function openKeySecret(arn: string): KeySecret {
  const client = openClient(arn)
  const get = async () => {
    const { SecretString: content, VersionId: version } = await client
      .send(new GetSecretValueCommand({ SecretId: arn }))
      .catch((error) => refuse(arn, error))
    if (content === undefined || version === undefined) throw new Error(`The secret ${arn} holds no text.`)
    return { content, version }
  }
  const read = async () => {
    const { content, version } = await get()
    return { version, keys: parseKeySet(content, arn) }
  }
  const change = async <Outcome>(edit: (keys: KeySet) => KeyChange<Outcome>): Promise<Outcome> => {
    const before = await read()
    const { keys, outcome } = edit(before.keys)
    if (keys === before.keys) return outcome
    // Secrets Manager has no conditional put: this leaves a gap of one round trip to a command that writes at the same time.
    if ((await get()).version !== before.version) throw new Error(`Somebody else changed ${arn} at this moment. Try again.`)
    const put = { SecretId: arn, SecretString: writeKeySet(keys), ClientRequestToken: randomUUID() }
    await client.send(new PutSecretValueCommand(put)).catch((error) => refuse(arn, error))
    return outcome
  }
  return { arn, read, rotate: () => change(addKey), retire: (kid) => change((keys) => withdrawKey(keys, kid, arn)) }
}

/**
 * Puts new keys into a secret that holds none, as one is that was just deployed; one that holds something stays as it is.
 * @throws Error as `rotate`.
 */
export async function fillKeySecret(arn: string): Promise<void> {
  const client = openClient(arn)
  const holdsText = await client.send(new GetSecretValueCommand({ SecretId: arn })).then(
    ({ SecretString: content }) => Boolean(content),
    (error) => error.name !== 'ResourceNotFoundException' && refuse(arn, error),
  )
  if (holdsText) return
  const put = { SecretId: arn, SecretString: writeKeySet(makeKeySet()), ClientRequestToken: randomUUID() }
  await client.send(new PutSecretValueCommand(put)).catch((error) => refuse(arn, error))
}

function openClient(arn: string): SecretsManagerClient {
  const region = arn.split(':')[3]
  return new SecretsManagerClient({
    ...(region ? { region } : {}),
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
  })
}

const passing = new Set(['InternalServiceError', 'ThrottlingException', 'TooManyRequestsException'])

/** A fault without an answer may quote what was read of it, so its name alone goes on. */
function refuse(arn: string, error: unknown): never {
  const isAnswer = error instanceof SecretsManagerServiceException && (error.$metadata.httpStatusCode ?? 500) < 500
  if (isAnswer && !passing.has(error.name)) throw new Error(`Secrets Manager refuses ${arn}: ${error.name}.`, { cause: error })
  throw new SecretsUnavailableError(arn, nameOf(error))
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
