import { readKeyFile, retireKey, rotateKey } from '../../functions/trust/key-file.ts'
import type { KeySet, Retirement, StoredKey } from '../../functions/trust/key-set.ts'

/** A store of signing keys. Its methods throw errors without secrets. */
export interface KeyStore {
  /** The time within which a running service applies a change. */
  propagationSeconds: number
  read(): Promise<KeySet>
  rotate(): Promise<StoredKey>
  retire(kid: number): Promise<Retirement>
}

const marginSeconds = 3

/** Opens the secret if one is given, else the file. */
export async function openKeyStore({ file, secret }: { file: string; secret?: string | undefined }): Promise<KeyStore> {
  if (secret === undefined) {
    const read = () => readKeyFile(file)
    return { propagationSeconds: marginSeconds, read, rotate: () => rotateKey(file), retire: (kid) => retireKey(file, kid) }
  }
  // Loaded on demand: the Secrets Manager client takes as long to load as the rest of the command line.
  const { openKeySecret } = await import('../../functions/aws/signing-key-secret.ts')
  const { secretCheckSeconds } = await import('../../functions/contract/retries.ts')
  const { read, rotate, retire } = openKeySecret(secret)
  return { propagationSeconds: secretCheckSeconds + marginSeconds, read: async () => (await read()).keys, rotate, retire }
}
