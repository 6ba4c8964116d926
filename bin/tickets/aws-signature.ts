import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'
import type { SignatureV4, SignatureV4Init } from '@smithy/signature-v4'
import { BadInput, messageOf } from './failures.ts'

/**
 * Gives the headers of a request, those that prove to the service who calls among them. Made anew for each attempt, because a signature is good
 * for minutes only.
 */
export type Signer = (request: {
  method: string
  address: string
  headers?: Record<string, string>
  body?: string | undefined
}) => Promise<Record<string, string>>

/** Tells the region of an address of API Gateway; nothing for any other address. */
export function regionOf(url: string): string | undefined {
  return /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/.exec(new URL(url).hostname)?.[1]
}

/**
 * Makes the signer for API Gateway with IAM authorization (AWS Signature Version 4), unless told otherwise with the credentials that the AWS
 * command line would use: the environment, a profile, SSO, or the machine's role.
 */
export function makeSigner(region: string, credentials?: SignatureV4Init['credentials']): Signer {
  let opened: Promise<SignatureV4> | undefined
  return async ({ method, address, headers: given, body }) => {
    const { protocol, host, hostname, pathname, searchParams } = new URL(address)
    const query = Object.fromEntries(searchParams)
    const request = { method, protocol, hostname, path: pathname, query, headers: { ...given, host }, body }
    opened ??= openSignature(region, credentials)
    const signed = await (await opened).sign(request).catch((error: unknown) => {
      throw new BadInput(`The call cannot be signed for AWS: ${messageOf(error)}`, [], { cause: error })
    })
    const { host: _, ...headers } = signed.headers
    return headers
  }
}

/** Loads what signs, which calls to a service on this machine do without. */
async function openSignature(region: string, given: SignatureV4Init['credentials'] | undefined): Promise<SignatureV4> {
  const [{ SignatureV4 }, { defaultProvider }] = await Promise.all([
    import('@smithy/signature-v4'),
    import('@aws-sdk/credential-provider-node'),
  ])
  return new SignatureV4({ service: 'execute-api', region, credentials: given ?? defaultProvider(), sha256: Sha256 })
}

/** Computes SHA-256, and HMAC with it where a secret is given, in the shape that the AWS SDK's signer wants. */
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
