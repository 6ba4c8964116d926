import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { test } from 'node:test'
import { readTicketCode } from '../../functions/contract/presented-code.ts'
import { parseRevocations } from '../../functions/trust/offline-verify.ts'
import { keyIdOf } from '../../functions/trust/qr-payload.ts'
import type { SigningKeys } from '../../functions/trust/signing-keys.ts'
import vectors from '../../functions/trust/test-vectors.json' with { type: 'json' }
import { makeTicketSigner } from '../../functions/trust/ticket-signer.ts'

const { kid, jwk } = vectors.signingKey
const privateKey = createPrivateKey({ key: jwk, format: 'jwk' })
const hmac = Buffer.from(vectors.hmacSecret, 'base64')
const signingKeys: SigningKeys = {
  signing: { kid, createdAt: new Date(0), privateKey },
  verifying: new Map([vectors.signingKey, vectors.secondKey].map(({ kid, jwk }) => [kid, verifyingKey(kid, jwk)])),
  kids: new Set([kid]),
  hmac,
  links: hmac,
}
const signer = makeTicketSigner(signingKeys)
const secondKey = createPrivateKey({ key: vectors.secondKey.jwk, format: 'jwk' })
const secondSigner = makeTicketSigner({
  ...signingKeys,
  signing: { kid: vectors.secondKey.kid, createdAt: new Date(0), privateKey: secondKey },
})

function verifyingKey(kid: number, jwk: typeof vectors.signingKey.jwk) {
  return { kid, x: jwk.x, publicKey: createPublicKey({ key: jwk, format: 'jwk' }) }
}

type WrittenFacts = { ticketCode: string; eventId: number; guestId: number; issuedAt: string; expiresAt: string | null }
const readFacts = (facts: WrittenFacts | null) =>
  facts && {
    ...facts,
    issuedAt: new Date(facts.issuedAt),
    expiresAt: facts.expiresAt === null ? null : new Date(facts.expiresAt),
  }

test('the service parses every token of the vectors the same way, and signs the good ones byte for byte', () => {
  const unsigned = ['malformed', 'unknown_key', 'bad_signature']
  for (const { name, token, reason, facts } of vectors.tickets) {
    const verdict = signer.verify(token)
    assert.equal(verdict.reason, unsigned.includes(String(reason)) ? reason : null, name)
    assert.deepEqual(verdict.facts, readFacts(facts), name)
    if (!verdict.facts) continue
    const itsSigner = keyIdOf(token) === kid ? signer : secondSigner
    assert.equal(itsSigner.sign(verdict.facts, 'compact'), token, name)
  }
})

test('every JSON payload of the vectors is taken or refused as they say', () => {
  for (const { name, payload, reason, facts } of vectors.jsonPayloads)
    assert.deepEqual(signer.verify(payload), { facts: readFacts(facts), reason }, name)
})

test('every typed code of the vectors is read as they say', () => {
  for (const { typed, code } of vectors.codes) assert.equal(readTicketCode(typed), code ?? undefined, typed)
})

test('the lists of the vectors are signed byte for byte', () => {
  for (const { list, content } of vectors.lists) {
    const retired = content.retired.map(({ ticketCode, reason }) => ({
      ticketCode,
      reason: reason === 'superseded' ? ('superseded' as const) : ('revoked' as const),
    }))
    const [issuedAt, expiresAt] = [new Date(content.issuedAt), new Date(content.expiresAt)]
    assert.equal(signer.signRevocations({ ...content, issuedAt, expiresAt, retired }), list)
    assert.equal(parseRevocations(list)?.retired.size, retired.length)
  }
})
