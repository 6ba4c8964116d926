import type { ServerResponse } from 'node:http'
import { z } from 'zod'

const headerValue = z.union([z.string(), z.number(), z.boolean()]).transform(String)

const proxyResult = z.object({
  statusCode: z.int().min(100).max(599),
  headers: z.record(z.string(), headerValue).optional(),
  multiValueHeaders: z.record(z.string(), z.array(headerValue)).optional(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().optional(),
})

/**
 * Writes what a function returned as the response.
 * @throws ZodError when it is no proxy result, which API Gateway calls "Malformed Lambda proxy response".
 */
export function writeProxyResult(response: ServerResponse, returned: unknown): undefined {
  const result = proxyResult.parse(returned)
  if (response.destroyed) return
  for (const [name, value] of Object.entries(result.headers ?? {})) response.setHeader(name, value)
  for (const [name, values] of Object.entries(result.multiValueHeaders ?? {})) response.setHeader(name, values)
  const body = Buffer.from(result.body ?? '', result.isBase64Encoded ? 'base64' : 'utf8')
  response.writeHead(result.statusCode).end(body)
}
