import { hash, timingSafeEqual } from 'node:crypto'
import { Hash } from '@smithy/core/serde'
import { SignatureV4 } from '@smithy/signature-v4'
import type { LocalCaller } from './local-callers.ts'

/** A request as it arrived: the target still encoded, the headers as pairs in order. */
export interface SignedRequest {
  method: string
  path: string
  query: string
  headers: readonly (readonly [name: string, value: string])[]
  body: Buffer
}

const service = 'execute-api'
const validForMs = 5 * 60_000
const authorization =
  /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{8})\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request,\s*SignedHeaders=([a-z0-9;_-]+),\s*Signature=([0-9a-f]{64})$/

/**
 * Verifies a request's AWS Signature Version 4, as API Gateway does for IAM authorization. The signature
 * covers method, path, query, host, all headers `x-amz-*` and the body, and is valid for five minutes before
 * and after its time. Source: IAM User Guide, "Create a signed AWS API request".
 * @returns the caller, or the reason why the request is refused.
 */
export async function findSigner(request: SignedRequest, callers: readonly LocalCaller[]): Promise<LocalCaller | string> {
  const headers = joinHeaders(request.headers)
  const given = headers.get('authorization')
  if (!given) return 'The call is not signed: it has no Authorization header. Sign it with AWS Signature Version 4.'
  const [, accessKeyId, day = '', region = '', scope, names = '', signature = ''] = authorization.exec(given) ?? []
  if (accessKeyId === undefined)
    return 'The Authorization header is not an AWS Signature Version 4 (AWS4-HMAC-SHA256 Credential=…).'
  if (scope !== service) return `The call is signed for the service ${scope}, not for ${service}.`
  const signedAt = readTime(headers.get('x-amz-date'))
  const caller = callers.find((one) => one.accessKeyId === accessKeyId)
  const problem =
    problemOfTime(signedAt, day) ??
    problemOfHeaders(headers, names.split(';')) ??
    problemOfBody(headers.get('x-amz-content-sha256'), request.body) ??
    (caller ? problemOfToken(caller, headers.get('x-amz-security-token')) : `The access key ${accessKeyId} is unknown.`)
  if (problem !== undefined || !caller) return problem ?? ''
  const signed = Object.fromEntries(names.split(';').map((name) => [name, headers.get(name) ?? '']))
  const expected = await computeSignature({ ...request, headers: signed }, { caller, region, signedAt })
  return isSame(signature, expected) ? caller : mismatch
}

const mismatch =
  'The signature does not match: the method, the path, the query, a signed header or the body is not what was signed, or the secret key is another.'

type Headers = Map<string, string>

function joinHeaders(pairs: SignedRequest['headers']): Headers {
  const joined = new Map<string, string>()
  for (const [name, value] of pairs) {
    const before = joined.get(name.toLowerCase())
    joined.set(name.toLowerCase(), before === undefined ? value : `${before},${value}`)
  }
  return joined
}

/** Parses a time of AWS Signature Version 4, like `20261122T183331Z`; an invalid date for any other text. */
export function readTime(text = ''): Date {
  return new Date(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
}

function problemOfTime(signedAt: Date, day: string): string | undefined {
  if (Number.isNaN(signedAt.getTime())) return 'The header x-amz-date is missing, or is not a time like 20261122T183331Z.'
  if (signedAt.toISOString().slice(0, 10).replaceAll('-', '') !== day)
    return 'The day of the credential is not that of x-amz-date.'
  const ageMs = Date.now() - signedAt.getTime()
  const times = `signed at ${signedAt.toISOString()}, and here it is ${new Date().toISOString()}`
  if (ageMs > validForMs) return `The signature expired after five minutes: ${times}.`
  return ageMs < -validForMs ? `The signature is from the future: ${times}.` : undefined
}

function problemOfHeaders(headers: Headers, signed: string[]): string | undefined {
  const missing = signed.find((name) => !headers.has(name))
  if (missing !== undefined) return `The header ${missing} was signed and is missing.`
  const wanted = ['host', ...[...headers.keys()].filter((name) => name.startsWith('x-amz-'))]
  const unsigned = wanted.find((name) => !signed.includes(name))
  return unsigned && `The header ${unsigned} must be signed.`
}

function problemOfBody(declaredHash: string | undefined, body: Buffer): string | undefined {
  if (declaredHash === undefined) return undefined
  if (declaredHash === 'UNSIGNED-PAYLOAD') return 'The body must be signed; UNSIGNED-PAYLOAD is not allowed.'
  return declaredHash === hash('sha256', body) ? undefined : 'The body is not what was signed (x-amz-content-sha256).'
}

function problemOfToken({ sessionToken }: LocalCaller, given: string | undefined): string | undefined {
  return isSame(given ?? '', sessionToken ?? '') ? undefined : 'The security token (x-amz-security-token) is missing or wrong.'
}

/** Signs the received request with the AWS SDK's own signer. */
async function computeSignature(
  { method, path, query, headers, body }: Omit<SignedRequest, 'headers'> & { headers: Record<string, string> },
  { caller, region, signedAt }: { caller: LocalCaller; region: string; signedAt: Date },
): Promise<string> {
  const signer = new SignatureV4({
    service,
    region,
    credentials: caller,
    sha256: Hash.bind(null, 'sha256'),
    applyChecksum: false,
  })
  const parameters = new URLSearchParams(query)
  const request = {
    ...{ method, path, headers, body, protocol: 'http:', hostname: headers.host ?? '' },
    query: Object.fromEntries([...parameters.keys()].map((name) => [name, parameters.getAll(name)])),
  }
  const signed = await signer.sign(request, { signingDate: signedAt, signableHeaders: new Set(Object.keys(headers)) })
  return /Signature=([0-9a-f]{64})$/.exec(signed.headers.authorization ?? '')?.[1] ?? ''
}

/** Compares two secrets in constant time. */
export function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(hash('sha256', given, 'buffer'), hash('sha256', expected, 'buffer'))
}
