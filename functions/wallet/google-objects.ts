import { SignJWT } from 'jose'
import * as z from 'zod'
import { type PushOutcome, tryLater } from './pass-ticket.ts'
import type { GoogleSettings } from './wallet-settings.ts'

const timeoutMs = 5000
const scope = 'https://www.googleapis.com/auth/wallet_object.issuer'
const grant = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const tokenAnswer = z.object({ access_token: z.string() })

/** A class or object of Google Wallet, and the name of its collection. */
export interface GoogleResource {
  collection: 'eventTicketClass' | 'eventTicketObject'
  content: { id: string }
}

/** Writes a resource: updates an existing one, or creates it. */
export type GoogleWriter = (resource: GoogleResource) => Promise<PushOutcome>

/** How long an access token is used. Google's are valid for an hour. */
const tokenMs = 50 * 60_000

/**
 * Opens the API of Google Wallet with the service account's key. Source: Google, "Using OAuth 2.0 for Server to Server
 * Applications", and the REST reference of Google Wallet.
 */
export function openGoogleObjects({ serviceAccount, apiServer }: GoogleSettings, key: CryptoKey): GoogleWriter {
  let token = { text: Promise.resolve(''), until: 0 }
  const readToken = () => {
    if (token.until < Date.now()) token = { text: requestToken(serviceAccount, key), until: Date.now() + tokenMs }
    return token.text
  }
  const send = async (method: 'PATCH' | 'POST', path: string, content: object) => {
    const response = await fetch(`${apiServer}/walletobjects/v1/${path}`, {
      method,
      headers: { authorization: `Bearer ${await readToken()}`, 'content-type': 'application/json' },
      body: JSON.stringify(content),
      signal: AbortSignal.timeout(timeoutMs),
    })
    await response.arrayBuffer()
    return response
  }
  return async ({ collection, content }) => {
    try {
      let response = await send('PATCH', `${collection}/${content.id}`, content)
      // Nobody has saved the pass yet. Once it exists, an earlier link saves it as it is then.
      if (response.status === 404) response = await send('POST', collection, content)
      if (response.status === 401) token.until = 0
      return response.ok ? { outcome: 'told' } : tryLater(String(response.status), response.headers.get('retry-after'))
    } catch (error) {
      // The request for the token may be what failed.
      token.until = 0
      return tryLater(error instanceof Error ? error.message : 'Unreachable')
    }
  }
}

/** Asks for an access token with an assertion that the service account's key signs (RFC 7523). */
async function requestToken({ client_email, token_uri }: GoogleSettings['serviceAccount'], key: CryptoKey): Promise<string> {
  const assertion = await new SignJWT({ scope })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
    .setIssuer(client_email)
    .setAudience(token_uri)
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(key)
  const body = new URLSearchParams({ grant_type: grant, assertion })
  const response = await fetch(token_uri, { method: 'POST', body, signal: AbortSignal.timeout(timeoutMs) })
  if (!response.ok) throw new Error(`The access token was refused: ${response.status}`)
  return tokenAnswer.parse(await response.json()).access_token
}
