import type { APIGatewayProxyResult } from 'aws-lambda'
import * as z from 'zod'
import { hsts } from '../contract/hsts.ts'
import { pendingRetryAfterSeconds } from '../contract/retries.ts'
import type { Route } from '../contract/routes/route.ts'

/**
 * The reply of an action, by the route's `success`: the data for the envelope, a document without envelope, media, a
 * redirect, or pending data until there is somewhere to redirect to.
 */
export type ReplyOf<Success> = BodyOf<Success> | (Success extends { empty: object } ? EmptyReply : never)

type BodyOf<Success> = Success extends { data: infer Schema extends z.ZodType }
  ? Success extends { csv: true }
    ? { data: z.input<Schema> } | MediaReply
    : z.input<Schema>
  : Success extends { document: infer Schema extends z.ZodType }
    ? { document: z.input<Schema>; status?: number; cacheSeconds?: number }
    : Success extends { media: readonly string[] }
      ? MediaReply | (Success extends { elsewhere: object } ? { location: string } : never)
      : Success extends { pending: { data: infer Schema extends z.ZodType } }
        ? { location: string } | { pending: z.input<Schema> }
        : Success extends { redirect: true }
          ? { location: string }
          : never

/** A reply without a body, with its status. */
type EmptyReply = { empty: number; headers?: Record<string, string> }

/** A reply of bytes. */
export type MediaReply = { media: string; content: Buffer; cacheSeconds?: number; headers?: Record<string, string> }

type Reply =
  | EmptyReply
  | { data: unknown }
  | { document: unknown; status?: number; cacheSeconds?: number }
  | MediaReply
  | { location: string }
  | { pending: unknown }

const noStore = { 'cache-control': 'no-store' }

/** Writes the reply of a route's action as an answer to API Gateway. */
export function writeReply(route: Route, given: unknown): APIGatewayProxyResult {
  const { success } = route
  const { status } = success
  const isData = 'data' in success && !('csv' in success)
  const reply = z.custom<Reply>().parse(isData ? { data: given } : given)
  if ('data' in reply) return respondJson(status, { success: true, data: reply.data, ...clockFor(route) })
  if ('empty' in reply) return respond(reply.empty, '', { ...reply.headers, ...noStore })
  if ('location' in reply)
    return respond('elsewhere' in success ? success.elsewhere.status : status, '', { location: reply.location, ...noStore })
  if ('pending' in reply) {
    const headers = { ...noStore, 'retry-after': String(pendingRetryAfterSeconds) }
    return respondJson('pending' in success ? success.pending.status : status, { success: true, data: reply.pending }, headers)
  }
  const cache = reply.cacheSeconds ? { 'cache-control': `public, max-age=${reply.cacheSeconds}` } : noStore
  if ('document' in reply) return respondJson(reply.status ?? status, reply.document, cache)
  return respondMedia(status, reply, cache)
}

/** Writes an answer of bytes. */
export function respondMedia(status: number, { media, content, headers }: MediaReply, more: Record<string, string>) {
  const all = { ...headers, 'content-type': media, ...more }
  return { ...respond(status, content.toString('base64'), all), isBase64Encoded: true }
}

/** Returns the service's time in answers to doors, so that a door learns the offset of its own clock. */
export function clockFor({ access }: Pick<Route, 'access'>): { serverTime?: string } {
  return access === 'door' ? { serverTime: new Date().toISOString() } : {}
}

/** Writes a JSON answer, uncached unless the headers say otherwise. */
export function respondJson(statusCode: number, content: unknown, headers: Record<string, string> = noStore) {
  return respond(statusCode, JSON.stringify(content), { 'content-type': 'application/json; charset=utf-8', ...headers })
}

function respond(statusCode: number, body: string, headers: Record<string, string>): APIGatewayProxyResult {
  return { statusCode, body, headers: { ...headers, 'x-content-type-options': 'nosniff', [hsts.name]: hsts.value } }
}
