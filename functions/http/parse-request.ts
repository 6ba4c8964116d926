import { MIMEType } from 'node:util'
import type { APIGatewayProxyEvent } from 'aws-lambda'
import * as z from 'zod'
import type { FieldProblem } from '../contract/errors.ts'
import { fieldProblems, pathOf } from '../contract/field-problems.ts'
import type { Route } from '../contract/routes/route.ts'
import { parseStrictly } from '../contract/strict-json.ts'
import { TicketGenerationError, ValidationError } from '../errors.ts'

type Part<R, Key extends string> = R extends Record<Key, infer Schema extends z.ZodType> ? z.output<Schema> : undefined

/** The parsed path parameters, query and body of a request, each by its schema. */
export interface RequestParts<R> {
  params: Part<R, 'params'>
  query: Part<R, 'query'>
  body: Part<R, 'body'>
}

const longestContentType = 200

/**
 * Parses every part of a request. @throws ValidationError that lists every bad field, or
 * TicketGenerationError with UNSUPPORTED_MEDIA_TYPE when the body is not JSON in UTF-8.
 */
export function parseRequest<R extends Route>(route: R, event: APIGatewayProxyEvent): RequestParts<R> {
  const problems = queryProblems(route, event)
  const parse = (schema: z.ZodType | undefined, value: unknown) => {
    const parsed = schema?.safeParse(value, { reportInput: true })
    // Not spread: there may be more problems than a call accepts arguments.
    for (const problem of fieldProblems(parsed?.error?.issues ?? [])) problems.push(problem)
    return parsed?.data
  }
  const bodySchema = event.queryStringParameters?.onInvalid === 'skip' ? (route.skippingBody ?? route.body) : route.body
  const parts = {
    params: parse(route.params, event.pathParameters ?? {}),
    query: parse(route.query, event.queryStringParameters ?? {}),
    body: parse(bodySchema, bodySchema && readJson(event, bodySchema)),
  }
  if (problems.length > 0) throw new ValidationError('The request is not valid; see details.', problems)
  return z.custom<RequestParts<R>>().parse(parts)
}

/** Finds a header of a request by its lower-case name. */
export function headerOf({ headers }: APIGatewayProxyEvent, name: string): string | undefined {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1]
}

/**
 * Finds repeated parameters and, where services call, unknown ones. Guest links may gain parameters in transit; API
 * Gateway leaves those of a signature in the query (`X-Amz-…`).
 */
function queryProblems({ query, access }: Route, event: APIGatewayProxyEvent): FieldProblem[] {
  const isStrict = access === 'core' || access === 'door'
  return Object.entries(event.multiValueQueryStringParameters ?? {}).flatMap(([name, values = []]) => {
    const path = pathOf([name])
    if (Object.hasOwn(query?.shape ?? {}, name)) return values.length > 1 ? [{ path, problem: 'must be given once' }] : []
    return isStrict && !/^x-amz-/i.test(name) ? [{ path, problem: 'is not a parameter that this route takes' }] : []
  })
}

function readJson(event: APIGatewayProxyEvent, schema: z.ZodType): unknown {
  const type = headerOf(event, 'content-type')
  if (type && !isJson(type))
    throw new TicketGenerationError(
      `The body must be application/json in UTF-8, not ${type.slice(0, longestContentType)}.`,
      'UNSUPPORTED_MEDIA_TYPE',
    )
  const body = readText(event)
  if (!body && schema.safeParse(undefined).success) return undefined
  if (!body) throw new ValidationError('The request has no body.', [{ path: 'body', problem: 'is required: a JSON object' }])
  const json = parseStrictly(body)
  if ('value' in json) return json.value
  throw new ValidationError(`The body ${json.fault}.`, [{ path: 'body', problem: json.problem }])
}

/** Accepts JSON in UTF-8, by every name of that encoding (WHATWG, "Encoding", section 4.2). */
function isJson(type: string): boolean {
  try {
    const { essence, params } = new MIMEType(type)
    const isUtf8 = new TextDecoder(params.get('charset') ?? 'utf-8').encoding === 'utf-8'
    return isUtf8 && /^application\/([\w.+-]+\+)?json$/.test(essence)
  } catch {
    return false
  }
}

/** Reads the body without its byte order mark, which RFC 8259 (section 8.1) lets a reader ignore. */
function readText({ body, isBase64Encoded }: APIGatewayProxyEvent): string {
  return (isBase64Encoded ? decodeUtf8(body ?? '') : (body ?? '')).replace(/^\uFEFF/, '')
}

/** Decodes what API Gateway took for binary, which may still be UTF-8. */
function decodeUtf8(base64: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(base64, 'base64'))
  } catch {
    throw new TicketGenerationError('The body must be application/json in UTF-8; it is not UTF-8.', 'UNSUPPORTED_MEDIA_TYPE')
  }
}
