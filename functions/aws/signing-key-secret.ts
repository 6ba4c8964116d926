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
} from '../trust/key-set.ts'
import { openSecret } from './secrets.ts'

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

/** Opens the secret, in the region that its ARN names. */
export function openKeySecret(arn: string): KeySecret {
  const secret = openSecret(arn)
  const read = async () => {
    const { version, content } = await secret.read()
    return { version, keys: parseKeySet(content, arn) }
  }
  const change = async <Outcome>(edit: (keys: KeySet) => KeyChange<Outcome>): Promise<Outcome> => {
    const before = await read()
    const { keys, outcome } = edit(before.keys)
    if (keys === before.keys) return outcome
    // Secrets Manager has no conditional put: this leaves a gap of one round trip to a command that writes at the same time.
    if ((await secret.read()).version !== before.version)
      throw new Error(`Somebody else changed ${arn} at this moment. Try again.`)
    await secret.write(writeKeySet(keys))
    return outcome
  }
  return { arn, read, rotate: () => change(addKey), retire: (kid) => change((keys) => withdrawKey(keys, kid, arn)) }
}

/**
 * Puts new keys into a secret that holds none, as one that was just deployed; one that holds something stays as it is.
 * @throws Error as `rotate`.
 */
export async function fillKeySecret(arn: string): Promise<void> {
  const secret = openSecret(arn)
  if (!(await secret.holdsText())) await secret.write(writeKeySet(makeKeySet()))
}
