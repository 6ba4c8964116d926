import { secretCheckSeconds } from '../../functions/secret.ts'
import { openKeySecret } from '../../functions/signing-key-secret.ts'
import { readKeyFile, retireKey, rotateKey } from '../../functions/trust/key-file.ts'
import type { KeySet, Retirement, StoredKey } from '../../functions/trust/key-set.ts'

/** Is a place that holds signing keys. Every method throws an Error that shows no secret when the place cannot be used. */
export interface KeyStore {
  /** Is after how many seconds a running service has noticed a change. */
  noticeSeconds: number
  read(): Promise<KeySet>
  rotate(): Promise<StoredKey>
  retire(kid: number): Promise<Retirement>
}

const spareSeconds = 3

/** Opens the secret where one is named, and the file otherwise. */
export function openKeyStore({ file, secret }: { file: string; secret?: string | undefined }): KeyStore {
  if (secret === undefined) {
    const read = () => readKeyFile(file)
    return { noticeSeconds: spareSeconds, read, rotate: () => rotateKey(file), retire: (kid) => retireKey(file, kid) }
  }
  const { read, rotate, retire } = openKeySecret(secret)
  return { noticeSeconds: secretCheckSeconds + spareSeconds, read: async () => (await read()).keys, rotate, retire }
}
