import { type ServerResponse, validateHeaderName, validateHeaderValue } from 'node:http'
import * as z from 'zod'

const headerValue = z.union([z.string(), z.number(), z.boolean()]).transform(String)

const proxyResult = z.object({
  statusCode: z.int().min(100).max(599),
  headers: z.record(z.string(), headerValue).optional(),
  multiValueHeaders: z.record(z.string(), z.array(headerValue)).optional(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().optional(),
})

/**
 * Writes a function's result as the response. The response is untouched when this throws.
 * @throws ZodError when the result is not a proxy result (API Gateway: "Malformed Lambda proxy response").
 * @throws TypeError when a header's name or value is invalid.
 */
export function writeProxyResult(response: ServerResponse, returned: unknown): undefined {
  const result = proxyResult.parse(returned)
  if (response.destroyed) return
  const headers = Object.entries({ ...result.headers, ...result.multiValueHeaders })
  for (const [name, value] of headers) {
    validateHeaderName(name)
    for (const one of [value].flat()) validateHeaderValue(name, one)
  }
  for (const [name, value] of headers) response.setHeader(name, value)
  const body = Buffer.from(result.body ?? '', result.isBase64Encoded ? 'base64' : 'utf8')
  // Also for HEAD, which has the content-length of GET (RFC 9110, section 9.3.2).
  if (![204, 304].includes(result.statusCode)) response.setHeader('content-length', body.length)
  response.writeHead(result.statusCode).end(body)
}
