import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'
import type { SignatureV4, SignatureV4Init } from '@smithy/signature-v4'

/**
 * A function that signs a request and returns its headers. It runs for every attempt, because a signature
 * expires within minutes.
 */
export type Signer = (request: {
  method: string
  address: string
  headers?: Record<string, string>
  body?: string | undefined
}) => Promise<Record<string, string>>

/**
 * Makes a signer for API Gateway with IAM authorization (AWS Signature Version 4). By default it uses the
 * credentials that the AWS CLI would: from the environment, a profile, SSO, or the machine's role.
 */
export function makeRequestSigner(region: string, credentials?: SignatureV4Init['credentials']): Signer {
  let opened: Promise<SignatureV4> | undefined
  return async ({ method, address, headers: given, body }) => {
    const { protocol, host, hostname, pathname, searchParams } = new URL(address)
    const query = Object.fromEntries(searchParams)
    const request = { method, protocol, hostname, path: pathname, query, headers: { ...given, host }, body }
    opened ??= openSignature(region, credentials)
    const { host: _, ...headers } = (await (await opened).sign(request)).headers
    return headers
  }
}

/** Loads the signing modules on demand: unsigned calls, as to a local service, start faster without them. */
async function openSignature(region: string, given: SignatureV4Init['credentials'] | undefined): Promise<SignatureV4> {
  const [{ SignatureV4 }, { defaultProvider }] = await Promise.all([
    import('@smithy/signature-v4'),
    import('@aws-sdk/credential-provider-node'),
  ])
  return new SignatureV4({ service: 'execute-api', region, credentials: given ?? defaultProvider(), sha256: Sha256 })
}

/** SHA-256, or HMAC with it where a secret is given, behind the interface of the AWS SDK's signer. */
export class Sha256 {
  readonly #hash: Hash | Hmac

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', toBytes(secret))
  }

  update(data: Uint8Array): void {
    this.#hash.update(data)
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }
}

function toBytes(secret: string | ArrayBuffer | ArrayBufferView): string | Uint8Array {
  if (typeof secret === 'string') return secret
  if (secret instanceof ArrayBuffer) return new Uint8Array(secret)
  return new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength)
}
