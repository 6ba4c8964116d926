import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda'
import { fieldProblems } from '../contract/field-problems.ts'
import { idempotencyKey } from '../contract/idempotency-key.ts'
import type { Queryable } from '../database/client.ts'
import { claimKey, findKey, keepAnswer, releaseKey } from '../database/idempotency-keys.ts'
import { errorClass, ValidationError } from '../errors.ts'
import { roleOf } from './allowed-callers.ts'
import { headerOf } from './parse-request.ts'

/** Thrown when an Idempotency-Key comes with another request than before. */
export const KeyReusedError = errorClass(
  'IDEMPOTENCY_KEY_REUSED',
  () => 'This Idempotency-Key was sent before with another request. Use a new key for a new request.',
)

/** Thrown while the first request with an Idempotency-Key is being answered. */
export const KeyInUseError = errorClass(
  'IDEMPOTENCY_KEY_IN_USE',
  () => 'The first request with this Idempotency-Key is still being answered. Ask again in a moment.',
)

/** A request with an Idempotency-Key: its route and caller, and what it asks for. */
export interface OnceRequest {
  key: string
  scope: string
  content: unknown
  /** Longer than the route's timeout, so that only the claim of a crashed function expires. */
  claimSeconds: number
  /** Whether the answer is kept; else each attempt answers anew, of the work of the first. */
  isKept: boolean
}

/** Reads the header Idempotency-Key; undefined where there is none. @throws ValidationError. */
export function readKey(event: APIGatewayProxyEvent): string | undefined {
  const given = headerOf(event, 'idempotency-key')
  if (given === undefined) return undefined
  const { data, error } = idempotencyKey.safeParse(given)
  if (data !== undefined) return data
  throw new ValidationError(
    'The header Idempotency-Key is not valid; see details.',
    fieldProblems(error?.issues ?? [], ['Idempotency-Key']),
  )
}

/** Names the scope of a request's key: its caller and route. */
export function scopeOf(route: string, event: APIGatewayProxyEvent): string {
  const { userArn } = event.requestContext.identity
  return `${route} ${userArn === null ? 'anyone' : (roleOf(userArn) ?? userArn)}`
}

/**
 * Does the work of a request once, and repeats the first answer from then on. Errors are not kept: the next attempt
 * runs the work again. `work` gets an id that is the same for each attempt.
 * @throws KeyReusedError, KeyInUseError.
 */
export async function answerOnce(
  sql: Queryable,
  { key, scope, content, claimSeconds, isKept }: OnceRequest,
  work: (claimId: string) => Promise<APIGatewayProxyResult>,
): Promise<APIGatewayProxyResult> {
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', key, scope, purpose, 32))
  const keyHash = derive('name')
  const fingerprint = createHmac('sha256', derive('fingerprint')).update(JSON.stringify(content)).digest()
  const claimId = await claimKey(sql, { keyHash, fingerprint }, claimSeconds)
  if (claimId === undefined) {
    const known = await findKey(sql, keyHash)
    if (known && !known.fingerprint.equals(fingerprint)) throw new KeyReusedError()
    if (!known?.answer) throw new KeyInUseError()
    return JSON.parse(decrypt(derive('answer'), known.answer))
  }
  try {
    const answer = await work(claimId)
    if (isKept) await keepAnswer(sql, keyHash, encrypt(derive('answer'), JSON.stringify(answer)))
    else await releaseKey(sql, keyHash)
    return answer
  } catch (error) {
    // If the database is down, the claim expires by itself.
    await releaseKey(sql, keyHash).catch(() => undefined)
    throw error
  }
}

const cipher = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16

/** Encrypts a text, and returns nonce, tag and ciphertext in one buffer. */
function encrypt(key: Buffer, text: string): Buffer {
  const nonce = randomBytes(nonceBytes)
  const encryption = createCipheriv(cipher, key, nonce)
  const content = Buffer.concat([encryption.update(text, 'utf8'), encryption.final()])
  return Buffer.concat([nonce, encryption.getAuthTag(), content])
}

function decrypt(key: Buffer, sealed: Buffer): string {
  const decryption = createDecipheriv(cipher, key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes })
  decryption.setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes))
  return Buffer.concat([decryption.update(sealed.subarray(nonceBytes + tagBytes)), decryption.final()]).toString('utf8')
}
