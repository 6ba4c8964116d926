import {
  addKey,
  type KeyChange,
  type KeySet,
  makeKeySet,
  parseKeySet,
  type Retirement,
  retireKey,
  type StoredKey,
  writeKeySet,
} from '../trust/key-set.ts'
import { openSecret } from './secrets.ts'

/** The signing keys in AWS Secrets Manager: one secret with the text of a key file. */
export interface KeySecret {
  arn: string
  /**
   * Reads the keys and the version of the secret. @throws Error as `Secret.read`, or when they are malformed.
   */
  read(): Promise<{ version: string; keys: KeySet }>
  /** Adds a key, which signs from now on. @throws Error as `read`, or when the secret changed meanwhile. */
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
    // Secrets Manager has no conditional put: a concurrent write within one round trip goes unnoticed.
    if ((await secret.read()).version !== before.version)
      throw new Error(`Somebody else changed ${arn} at the same time. Try again.`)
    await secret.write(writeKeySet(keys))
    return outcome
  }
  return { arn, read, rotate: () => change(addKey), retire: (kid) => change((keys) => retireKey(keys, kid, arn)) }
}

/** Writes new keys into an empty secret, as after a deployment. @throws Error as `rotate`. */
export async function fillKeySecret(arn: string): Promise<void> {
  const secret = openSecret(arn)
  if (!(await secret.holdsText())) await secret.write(writeKeySet(makeKeySet()))
}
