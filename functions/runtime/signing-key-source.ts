import { openSecret } from '../aws/secrets.ts'
import type { clientVariables } from '../contract/clients.ts'
import type { Environment } from '../contract/environment.ts'
import { secretCheckSeconds } from '../contract/retries.ts'
import { type KeyRing, openKeyFile } from '../trust/key-ring.ts'
import { parseKeySet } from '../trust/key-set.ts'
import { importKeys } from '../trust/signing-keys.ts'
import { emitMetrics } from './telemetry.ts'
import { watchSecret } from './watch-secret.ts'

/** Opens the signing keys in a file or AWS Secrets Manager. @throws Error unless exactly one is named. */
export function openKeyRing(environment: Environment<(typeof clientVariables.signer)[number]>): KeyRing {
  const { SIGNING_KEYS_FILE: file, SIGNING_KEYS_SECRET_ARN: arn } = environment
  if (file && !arn) return reportAge(openKeyFile(file))
  if (arn && !file) return reportAge(watchKeys(arn))
  const given = file ? 'both are set' : 'neither is set'
  throw new Error(`Set SIGNING_KEYS_FILE or SIGNING_KEYS_SECRET_ARN, exactly one of them: ${given}.`)
}

function watchKeys(arn: string): KeyRing {
  const parse = (content: string) => importKeys(parseKeySet(content, arn), arn)
  return watchSecret({ name: 'signing keys', read: openSecret(arn).read, parse, checkSeconds: secretCheckSeconds })
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** Emits the age of the signing key at first use and hourly, in the functions that hold the keys anyway. */
function reportAge(ring: KeyRing): KeyRing {
  let reportedAt = 0
  return async () => {
    const keys = await ring()
    const now = Date.now()
    if (now - reportedAt < hourMs) return keys
    reportedAt = now
    emitMetrics([['signing_key_age_days', [Math.max(0, now - keys.signing.createdAt.getTime()) / dayMs]]])
    return keys
  }
}
