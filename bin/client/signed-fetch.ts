import { Hash } from '@smithy/core/serde'
import { SignatureV4 } from '@smithy/signature-v4'

/** Signs a request, and returns its headers. */
export type Signer = (request: {
  method: string
  address: string
  headers?: Record<string, string>
  body?: string | undefined
}) => Promise<Record<string, string>>

/** A call that cannot be signed, as without credentials. */
export class SigningError extends Error {}

/** Makes a `fetch` that signs each attempt, for a region or by a signer, and follows no redirect, which would leak the signature. */
export function signedFetch(by: Signer | string | undefined): typeof fetch {
  const sign = typeof by === 'string' ? signerFor(by) : by
  return async (input, init = {}) => {
    const request = new Request(input, init)
    const body = init.body === undefined || init.body === null ? undefined : await request.clone().text()
    // SigV4 signs spaces as %20.
    const address = request.url.replaceAll('+', '%20')
    const headers = Object.fromEntries(request.headers)
    const { method, signal } = request
    const signed = sign ? await sign({ method, address, headers, body }).catch(failSigning) : headers
    return await fetch(address, { method, headers: signed, redirect: 'manual', signal, ...(body === undefined ? {} : { body }) })
  }
}

function failSigning(cause: unknown): never {
  const reason = cause instanceof Error ? cause.message : String(cause)
  throw new SigningError(`The request cannot be signed for AWS: ${reason}`, { cause })
}

/** Makes a signer for API Gateway with the credentials that the AWS CLI would use: environment, profile, SSO, or role. */
function signerFor(region: string): Signer {
  const opened = import('@aws-sdk/credential-provider-node').then(
    ({ defaultProvider }) =>
      new SignatureV4({ service: 'execute-api', region, credentials: defaultProvider(), sha256: Hash.bind(null, 'sha256') }),
  )
  return async ({ method, address, headers: given, body }) => {
    const { protocol, host, hostname, pathname, searchParams } = new URL(address)
    const query = Object.fromEntries(searchParams)
    const request = { method, protocol, hostname, path: pathname, query, headers: { ...given, host }, body }
    const { host: _, ...headers } = (await (await opened).sign(request)).headers
    return headers
  }
}
