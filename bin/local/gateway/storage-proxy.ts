import { type IncomingMessage, request as requestHttp, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { S3RequestPresigner } from '@aws-sdk/s3-request-presigner'
import { Hash } from '@smithy/core/serde'
import { type Aws, localCredentials } from '../queues/aws.ts'
import { localBucket } from '../service-environment.ts'
import type { Failure } from './gateway-failures.ts'
import { splitTarget } from './proxy-event.ts'
import { isSame, readTime } from './signature-check.ts'

/**
 * A proxy by which other machines reach the local S3, which listens on this machine only and checks no signature. It accepts
 * only presigned links, and checks them as S3 does.
 */
export interface StorageProxy {
  /** Address that presigned links begin with. */
  publicUrl: string
  /** Checks whether S3 serves a path. */
  owns(path: string): boolean
  /** Answers a call, or returns why it is refused. */
  answer(request: IncomingMessage, response: ServerResponse): Promise<Failure | undefined>
}

/** Opens the proxy at the origin of the service's public address. */
export function openStorageProxy({ endpoint, region }: Aws, serviceUrl: string): StorageProxy {
  const { origin, host } = new URL(serviceUrl)
  const presigner = new S3RequestPresigner({ region, credentials: localCredentials, sha256: Hash.bind(null, 'sha256') })
  return {
    publicUrl: origin,
    owns: (path) => path.startsWith(`/${localBucket}/`),
    async answer(request, response) {
      // Malformed addresses make the presigner throw.
      if (!(await isPresigned(presigner, request, host).catch(() => false)))
        return { status: 403, code: 'FORBIDDEN', message: 'The link is expired or was changed.' }
      const { url = '/', method, headers } = request
      const passed = requestHttp(new URL(url, endpoint), { method, headers: { ...headers, host: new URL(endpoint).host } })
      const answered = new Promise<IncomingMessage>((resolve, reject) => passed.once('response', resolve).once('error', reject))
      const [answer] = await Promise.all([answered, pipeline(request, passed)])
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      await pipeline(answer, response)
      return undefined
    },
  }
}

const ofSignature = ['Algorithm', 'Content-Sha256', 'Credential', 'Date', 'Expires', 'Signature', 'SignedHeaders']

/**
 * Signs the call again, for the time and lifetime that its link names, and compares the signatures.
 * Source: Amazon S3, "Authenticating Requests: Using Query Parameters".
 */
async function isPresigned(presigner: S3RequestPresigner, request: IncomingMessage, host: string): Promise<boolean> {
  const { path, query } = splitTarget(request.url ?? '/')
  const given = new URLSearchParams(query)
  const [date, expires, names, signature] = ['Date', 'Expires', 'SignedHeaders', 'Signature'].map(
    (name) => given.get(`X-Amz-${name}`) ?? '',
  )
  const signingDate = readTime(date)
  const expiresIn = Number(expires)
  const isInTime = Date.now() < signingDate.getTime() + expiresIn * 1000
  if (!isInTime || !Number.isInteger(expiresIn) || !signature || !request.method) return false
  for (const name of ofSignature) given.delete(`X-Amz-${name}`)
  const signed = String(names).split(';')
  // Such as x-amz-copy-source, which makes an upload a copy of another object.
  if (Object.keys(request.headers).some((name) => name.startsWith('x-amz-') && !signed.includes(name))) return false
  const headers = Object.fromEntries(signed.map((name) => [name, name === 'host' ? host : String(request.headers[name] ?? '')]))
  const { method } = request
  const call = { method, protocol: 'http:', hostname: host, path: decodeURI(path), query: Object.fromEntries(given), headers }
  const expected = await presigner.presign(call, { signingDate, expiresIn, signableHeaders: new Set(signed) })
  return isSame(signature, String(expected.query?.['X-Amz-Signature']))
}
