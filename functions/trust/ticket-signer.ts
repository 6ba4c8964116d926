import type * as z from 'zod'
import type { PayloadFormat } from '../contract/qr-payload.ts'
import type { jwkSet } from '../contract/schemas/answers.ts'
import { type GuestList, signGuestList } from './guest-list.ts'
import { keyIdOf, signPayload, type TicketFacts, verifyPayload } from './qr-payload.ts'
import { type RevocationList, signRevocationList } from './revocation-list.ts'
import type { SigningKeys } from './signing-keys.ts'

/** Signs and verifies QR payloads, signs revocation and guest lists, and publishes the keys that verify them. */
export type TicketSigner = ReturnType<typeof makeTicketSigner>

/** Makes a signer that signs with the newest key and verifies with all that are not retired. Signing is deterministic. */
export function makeTicketSigner(keys: SigningKeys) {
  /** Checks whether a key exists and is not retired. */
  const hasKey = (kid: number) => keys.verifying.has(kid)
  return {
    hasKey,
    /** Checks whether a key exists, retired or not. */
    knowsKey: (kid: number) => keys.kids.has(kid),
    /** Checks whether the key of a payload that this service has made is not retired; ignores the signature. */
    isCurrent(payload: string) {
      const kid = keyIdOf(payload)
      return kid === null || hasKey(kid)
    },
    sign: (facts: TicketFacts, format: PayloadFormat) => signPayload(keys, facts, format),
    verify: (payload: string) => verifyPayload(keys, payload),
    signRevocations: (list: RevocationList) => signRevocationList(keys, list),
    signGuests: (list: GuestList) => signGuestList(keys, list),
    publicKeys: (): z.output<typeof jwkSet> => ({
      keys: Array.from(keys.verifying.values(), ({ kid, x }) => {
        return { kty: 'OKP', crv: 'Ed25519', x, kid: String(kid), use: 'sig', alg: 'EdDSA' }
      }),
    }),
  }
}
