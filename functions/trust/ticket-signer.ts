import type * as z from 'zod'
import type { PayloadFormat } from '../contract/qr-payload.ts'
import type { jwkSet } from '../contract/schemas/answers.ts'
import { type GuestList, signGuestList } from './guest-list.ts'
import { keyIdOf, type PayloadVerdict, signPayload, type TicketFacts, verifyPayload } from './qr-payload.ts'
import { type RevocationList, signRevocationList } from './revocation-list.ts'
import type { SigningKeys, VerifyingKey } from './signing-keys.ts'

/** Signs and verifies QR payloads, signs revocation and guest lists, and publishes the keys that verify both. */
export interface TicketSigner {
  sign(facts: TicketFacts, format: PayloadFormat): string
  verify(payload: string): PayloadVerdict
  /** Returns whether the key of a payload of ours is still accepted, without checking the signature. */
  isCurrent(payload: string): boolean
  /** Returns whether a key exists and is not retired. */
  hasKey(kid: number): boolean
  /** Returns whether a key exists, or did until it was retired. */
  knowsKey(kid: number): boolean
  signRevocations(list: RevocationList): string
  signGuests(list: GuestList): string
  publicKeys(): z.output<typeof jwkSet>
}

/**
 * Makes a signer with the newest key, and a verifier with all that are not retired. Signing is deterministic.
 */
export function makeTicketSigner(keys: SigningKeys): TicketSigner {
  const hasKey = (kid: number) => keys.verifying.has(kid)
  return {
    sign: (facts, format) => signPayload(keys, facts, format),
    verify: (payload) => verifyPayload(keys, payload),
    isCurrent: (payload) => {
      const kid = keyIdOf(payload)
      return kid === null || hasKey(kid)
    },
    hasKey,
    knowsKey: (kid) => keys.kids.has(kid),
    signRevocations: (list) => signRevocationList(keys, list),
    signGuests: (list) => signGuestList(keys, list),
    publicKeys: () => {
      const jwk = ({ kid, x }: VerifyingKey) =>
        ({ kty: 'OKP', crv: 'Ed25519', x, kid: String(kid), use: 'sig', alg: 'EdDSA' }) as const
      return { keys: [...keys.verifying.values()].map(jwk) }
    },
  }
}
