import { canaryTimeoutMs } from '../contract/retries.ts'
import { makeRequestSigner } from './request-signer.ts'

/** The service's own API as its callers reach it. */
export interface PublicApi {
  /**
   * Calls a route as Core does, signed, and returns the JSON of the answer.
   * @throws Error with status and code of any answer but success.
   */
  call(route: { method: string; path: string }, body: unknown): Promise<unknown>
  /**
   * Opens a guest link as a guest does.
   * @throws Error with the status of any answer but success.
   */
  open(link: string): Promise<Buffer>
}

/** Opens the API at an address. */
export function openPublicApi(url: string, region: string): PublicApi {
  const sign = makeRequestSigner(region)
  return {
    async call({ method, path }, content) {
      const address = `${url}${path}`
      const body = JSON.stringify(content)
      const headers = await sign({ method, address, headers: { 'content-type': 'application/json' }, body })
      const answer = await send(address, { method, headers, body })
      return JSON.parse(answer.toString())
    },
    open: (link) => send(link),
  }
}

async function send(address: string, request: RequestInit = {}): Promise<Buffer> {
  const response = await fetch(address, { ...request, signal: AbortSignal.timeout(canaryTimeoutMs) })
  const content = Buffer.from(await response.arrayBuffer())
  if (response.ok) return content
  // The path alone: the query of a guest link is its signature.
  const [, code = 'no code'] = /"code":"(\w+)"/.exec(content.toString()) ?? []
  throw new Error(`${request.method ?? 'GET'} ${new URL(address).pathname} answered ${response.status} (${code}).`)
}
