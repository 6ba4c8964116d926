import { readKeyFile, retireKey, rotateKey } from '../../functions/trust/key-file.ts'
import type { KeySet, Retirement, StoredKey } from '../../functions/trust/key-set.ts'

/**
 * A place that holds signing keys. When it cannot be used, every method throws an Error that shows no secret.
 */
export interface KeyStore {
  /** The seconds after which a running service has noticed a change. */
  noticeSeconds: number
  read(): Promise<KeySet>
  rotate(): Promise<StoredKey>
  retire(kid: number): Promise<Retirement>
}

const spareSeconds = 3

/** Opens the secret where one is named, and the file otherwise. */
export async function openKeyStore({ file, secret }: { file: string; secret?: string | undefined }): Promise<KeyStore> {
  if (secret === undefined) {
    const read = () => readKeyFile(file)
    return { noticeSeconds: spareSeconds, read, rotate: () => rotateKey(file), retire: (kid) => retireKey(file, kid) }
  }
  // The client of Secrets Manager takes as long to load as all the rest of the command line, which rarely
  // needs it.
  const { openKeySecret } = await import('../../functions/aws/signing-key-secret.ts')
  const { secretCheckSeconds } = await import('../../functions/contract/retries.ts')
  const { read, rotate, retire } = openKeySecret(secret)
  return { noticeSeconds: secretCheckSeconds + spareSeconds, read: async () => (await read()).keys, rotate, retire }
}
