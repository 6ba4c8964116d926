import type { APIGatewayProxyEvent } from 'aws-lambda'
import * as z from 'zod'
import type { FieldProblem } from './contract/errors.ts'
import type { Route } from './contract/route.ts'
import { TicketGenerationError, ValidationError } from './errors.ts'
import { namesPrototype, parseExactly } from './exact-json.ts'

type Part<R, Key extends string> = R extends Record<Key, infer Schema extends z.ZodType> ? z.output<Schema> : undefined

/** Is what a route takes, parsed: path parameters, query and body, each as its schema says. */
export interface RequestParts<R> {
  params: Part<R, 'params'>
  query: Part<R, 'query'>
  body: Part<R, 'body'>
}

const deepestNesting = 16

/**
 * Parses every part of a request against the route's schemas.
 * @throws ValidationError that lists every bad field of all parts at once.
 * @throws TicketGenerationError with UNSUPPORTED_MEDIA_TYPE when the body is not JSON in UTF-8.
 */
export function parseRequest<R extends Route>(route: R, event: APIGatewayProxyEvent): RequestParts<R> {
  const problems: FieldProblem[] = []
  const parse = (schema: z.ZodType | undefined, value: unknown) => {
    const parsed = schema?.safeParse(value, { reportInput: true })
    if (parsed?.error) problems.push(...parsed.error.issues.flatMap(problemsOf))
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

function readJson(event: APIGatewayProxyEvent, schema: z.ZodType): unknown {
  const type = Object.entries(event.headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1]
  if (type && !/^application\/([\w.+-]+\+)?json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(type))
    throw new TicketGenerationError(`The body must be application/json in UTF-8, not ${type}.`, 'UNSUPPORTED_MEDIA_TYPE')
  const body = event.isBase64Encoded ? decodeUtf8(event.body ?? '') : event.body
  if (!body && schema.safeParse(undefined).success) return undefined
  if (!body) throw new ValidationError('The request has no body.', [{ path: 'body', problem: 'is required: a JSON object' }])
  if (nestsTooDeep(body))
    throw new ValidationError('The body nests too deep.', [
      { path: 'body', problem: `must nest at most ${deepestNesting} levels deep` },
    ])
  // Parsers of objects pass over this name; what is passed over in silence is lost.
  if (namesPrototype(body))
    throw new ValidationError('The body is not valid.', [
      { path: 'body', problem: 'must not use __proto__: it is not allowed as a name' },
    ])
  try {
    return parseExactly(body)
  } catch (error) {
    const problem = `is not valid JSON: ${error instanceof Error ? error.message.replace(/(?:, )?".*$/s, '') : ''}`
    throw new ValidationError('The body is not valid JSON.', [{ path: 'body', problem }])
  }
}

/** API Gateway hands on in base64 what it does not take for text, which may still be UTF-8. */
function decodeUtf8(base64: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(base64, 'base64'))
  } catch {
    throw new TicketGenerationError('The body must be application/json in UTF-8; it is not UTF-8.', 'UNSUPPORTED_MEDIA_TYPE')
  }
}

/** Counts brackets outside of strings, so that no parser has to recurse into a hostile body. */
function nestsTooDeep(json: string): boolean {
  let depth = 0
  let inString = false
  for (let at = 0; at < json.length && depth <= deepestNesting; at++) {
    const character = json[at]
    if (character === '"') inString = !inString
    else if (inString && character === '\\') at++
    else if (!inString && (character === '{' || character === '[')) depth++
    else if (!inString && (character === '}' || character === ']')) depth--
  }
  return depth > deepestNesting
}

/** Tells in words what a schema found wrong, with the path of each field. */
export function problemsOf(issue: z.core.$ZodIssue): FieldProblem[] {
  const path = pathOf(issue.path)
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: pathOf([...issue.path, key]), problem: 'is not a field that this route takes' }))
  if (issue.code === 'invalid_type' && issue.input === undefined)
    return [{ path, problem: `is required: ${expectationOf(issue)}` }]
  if (issue.code === 'invalid_type' && issue.message.startsWith('Invalid input'))
    return [{ path, problem: `must be ${expectationOf(issue)}` }]
  if (issue.code === 'invalid_union') return [{ path, problem: 'must be text, a number, true, false, null, a list or an object' }]
  return [{ path, problem: issue.message }]
}

function expectationOf(issue: z.core.$ZodIssueInvalidType): string {
  const names: Record<string, string> = {
    int: 'an integer',
    number: 'an integer',
    string: 'text',
    array: 'a list',
    object: 'an object',
    record: 'an object',
  }
  return names[issue.expected] ?? issue.expected
}

function pathOf(path: PropertyKey[]): string {
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('')
  return text.replace(/^\./, '') || 'body'
}
