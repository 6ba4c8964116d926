import { makeRequestSigner, type Signer } from '../../functions/aws/request-signer.ts'
import { BadInput, messageOf } from './failures.ts'

/** Reads the region out of an address of API Gateway; undefined for any other address. */
export function regionOf(url: string): string | undefined {
  return /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/.exec(new URL(url).hostname)?.[1]
}

/** Makes a signer that reports missing credentials as what they are: input that a person has to give. */
export function makeSigner(region: string): Signer {
  const sign = makeRequestSigner(region)
  return (request) =>
    sign(request).catch((error: unknown) => {
      throw new BadInput(`The request cannot be signed for AWS: ${messageOf(error)}`, [], { cause: error })
    })
}
