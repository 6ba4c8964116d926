import type { SignatureV4 } from '@smithy/signature-v4'

/** Signs a request and returns its headers. Sign every attempt, since a signature expires within minutes. */
export type Signer = (request: {
  method: string
  address: string
  headers?: Record<string, string>
  body?: string | Uint8Array | undefined
}) => Promise<Record<string, string>>

/**
 * Makes a signer of AWS Signature Version 4, by default for API Gateway with IAM authorization. It uses the credentials
 * that the AWS CLI would: from the environment, a profile, SSO, or the machine's role.
 */
export function makeRequestSigner(region: string, service = 'execute-api'): Signer {
  let opened: Promise<SignatureV4> | undefined
  return async ({ method, address, headers: given, body }) => {
    const { protocol, host, hostname, pathname, searchParams } = new URL(address)
    const query = Object.fromEntries(searchParams)
    const request = { method, protocol, hostname, path: pathname, query, headers: { ...given, host }, body }
    opened ??= openSignature(region, service)
    const { host: _, ...headers } = (await (await opened).sign(request)).headers
    return headers
  }
}

/** Loads the signing modules on demand: unsigned calls, as to a local service, start faster without them. */
async function openSignature(region: string, service: string): Promise<SignatureV4> {
  const [{ Hash }, { SignatureV4 }, { defaultProvider }] = await Promise.all([
    import('@smithy/core/serde'),
    import('@smithy/signature-v4'),
    import('@aws-sdk/credential-provider-node'),
  ])
  const sha256 = Hash.bind(null, 'sha256')
  return new SignatureV4({ service, region, credentials: defaultProvider(), sha256 })
}
