import { SignatureV4 } from '@smithy/signature-v4'
import { Sha256 } from '../../bin/tickets/aws-signature.ts'

/** Is how a test signs: with whose keys, for what, and when. */
export interface Signing {
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
  service?: string
  region?: string
  signedAt?: Date
  withoutBodyHash?: boolean
}

/** Signs a request with the AWS SDK's own signer, which knows nothing of the service. */
export async function signRequest(
  { method, address, headers = {}, body }: { method: string; address: string; headers?: Record<string, string>; body?: string },
  { credentials, service = 'execute-api', region = 'eu-west-3', signedAt = new Date(), withoutBodyHash = false }: Signing,
): Promise<{ method: string; headers: Record<string, string>; body?: string }> {
  const { protocol, host, hostname, pathname: path, searchParams } = new URL(address)
  const query = Object.fromEntries([...searchParams.keys()].map((name) => [name, searchParams.getAll(name)]))
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256, applyChecksum: !withoutBodyHash })
  const request = {
    method,
    protocol,
    hostname,
    path,
    query,
    headers: { ...headers, host },
    ...(body === undefined ? {} : { body }),
  }
  const signed = await signer.sign(request, { signingDate: signedAt })
  const { host: _, ...sent } = signed.headers
  return { method, headers: sent, ...(body === undefined ? {} : { body }) }
}
