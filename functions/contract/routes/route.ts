import * as z from 'zod'
import type { ClientName } from '../clients.ts'
import type { VariableName } from '../environment.ts'
import type { ErrorCode } from '../errors.ts'
import { routeTimeouts } from '../retries.ts'
import { type ParamsOf, paramsIn } from './path-params.ts'

/**
 * A route's answer on success: `data` inside the success envelope, or as `csv` on request; a `document` as JSON without
 * envelope (with `downStatus` if a part is down); `media` as bytes of those types, which may be `elsewhere`; or a
 * redirect, with `pending` data until there is somewhere to go. `empty` describes answers without a body by status;
 * alone, the answer of `status` has no body either.
 */
export type Success = { status: number; description: string } & (
  | { data: z.ZodType }
  | { data: z.ZodType; csv: true }
  | { document: z.ZodType }
  | { document: z.ZodType; downStatus: number; downDescription: string }
  | { empty: Record<number, string> }
  | { document: z.ZodType; empty: Record<number, string> }
  | { media: readonly string[]; empty: Record<number, string> }
  | { media: readonly string[] }
  | { media: readonly string[]; elsewhere: { status: number; description: string } }
  | { redirect: true }
  | { redirect: true; pending: { status: number; description: string; data: z.ZodType } }
)

/** The callers of a route: Core (SigV4), Core or a door pass, the holder of a guest link, or anyone. */
type Access = 'core' | 'door' | 'link' | 'public'
type Method = 'GET' | 'PUT' | 'POST' | 'DELETE' | 'ANY'

/**
 * The facts of a route. `uses` names the clients of its function, `variables` what it reads besides. With
 * `onInvalid=skip` in the query, `skippingBody` parses the body instead. A `bulk` route processes guest lists; an
 * `emergency` route undoes damage, and must answer even if nobody called it for months.
 */
interface RouteFacts {
  summary: string
  /** What the summary does not say, in Markdown. */
  description?: string
  /** Since when the route is deprecated, until when it answers, and what replaces it. */
  deprecated?: string
  /** Takes the header Idempotency-Key. An answer that may hold personal data is not kept but made anew, of the same work. */
  takesKey?: 'keeps-answer' | 'answers-anew'
  /** Paths besides its own at which the route answers too. */
  alsoAt?: readonly string[]
  params?: z.ZodObject
  query?: z.ZodObject
  body?: z.ZodType
  skippingBody?: z.ZodType
  success: Success
  errors?: readonly ErrorCode[]
  uses?: readonly ClientName[]
  variables?: readonly VariableName[]
  timeoutSeconds?: number
  bulk?: true
  emergency?: true
  example?: Example
}

interface Example {
  params?: Record<string, string>
  query?: Record<string, string>
  body?: unknown
  answer?: unknown
}

/** One route. Its file in functions/api, its construct and its operation id share the route's key. */
export interface Route extends RouteFacts {
  method: Method
  path: string
  access: Access
  errors: readonly ErrorCode[]
  uses: readonly ClientName[]
  timeoutSeconds: number
  example: Example
}

/** The faults of a machine or of AWS that any client can meet. */
const machineErrors: ErrorCode[] = ['DISK_FULL', 'OUT_OF_FILES', 'CLOCK_WRONG']

/** The errors of each client. The queues have none: if they are down, the sweeper sends later. */
const errorsOfClients: [ClientName, ErrorCode[]][] = [
  [
    'renderer',
    ['PDF_TOO_LARGE', 'RENDER_FAILED', 'RENDER_TIMEOUT', 'STORAGE_UNAVAILABLE', 'QUEUE_UNAVAILABLE', ...machineErrors],
  ],
  ['trials', ['RENDER_FAILED', 'RENDER_TIMEOUT', 'QUEUE_UNAVAILABLE', ...machineErrors]],
  ['storage', ['STORAGE_UNAVAILABLE', ...machineErrors]],
  ['maker', ['DOWNLOAD_FAILED', 'QUEUE_UNAVAILABLE', ...machineErrors]],
  ['sql', ['DATABASE_UNAVAILABLE', 'DATABASE_READ_ONLY', ...machineErrors]],
]

/**
 * Makes a route. Parameters come from the path; `errors` omits those that follow from path, access and clients. A
 * document with a `downStatus` reports broken clients itself.
 */
export function route<const A extends Access, const Line extends `${Method} ${string}`, const Facts extends RouteFacts>(
  access: A,
  line: Line,
  facts: Facts,
) {
  const [method = '', path = ''] = line.split(' ')
  const params = paramsIn(path)
  const { errors = [], uses = [], example } = facts
  const derived = [
    ...params.flatMap(([, { error }]) => error ?? []),
    ...(facts.query?.shape.signature ? (['LINK_EXPIRED'] as const) : []),
    ...errorsOfClients.flatMap(([client, codes]) => ('downStatus' in facts.success || !uses.includes(client) ? [] : codes)),
  ]
  const shape = Object.fromEntries(params.map(([name, { schema }]) => [name, schema]))
  const examples = Object.fromEntries(params.map(([name, one]) => [name, one.example]))
  return z.custom<Made<A, Line, Facts>>().parse({
    timeoutSeconds: routeTimeouts.lookup,
    ...(params.length > 0 ? { params: z.object(shape) } : {}),
    ...facts,
    ...{ method, path, access, uses, errors: [...new Set([...errors, ...derived])] },
    example: { params: examples, ...(facts.query?.shape.signature ? { query: linkExample } : {}), ...example },
  })
}

const linkExample = { expires: '1767225600', signature: 'Zm9yIHNob3cgb25seQ' }

type Made<A, Line, Facts> = Line extends `${infer M extends Method} ${infer Path}`
  ? ParamsOf<Path> &
      Omit<Facts, 'errors' | 'timeoutSeconds' | 'uses' | 'example'> &
      Pick<Route, 'errors' | 'timeoutSeconds' | 'example'> & {
        method: M
        path: Path
        access: A
        uses: Facts extends { uses: infer Uses } ? Uses : readonly []
      }
  : never
