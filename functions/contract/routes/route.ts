import type * as z from 'zod'
import type { ClientName } from '../clients.ts'
import type { VariableName } from '../environment.ts'
import type { ErrorCode } from '../errors.ts'

/**
 * What a route answers when all is well: `data` inside the success envelope, `document` as JSON without it
 * (which may also come with `downStatus`, to tell that not all is well), `media` as bytes of those types,
 * which may also be `elsewhere`, at an address to go to, or a redirect, which may answer `pending` data until
 * there is somewhere to go.
 */
export type Success = { status: number; description: string } & (
  | { data: z.ZodType }
  | { document: z.ZodType }
  | { document: z.ZodType; downStatus: number; downDescription: string }
  | { media: readonly string[] }
  | { media: readonly string[]; elsewhere: { status: number; description: string } }
  | { redirect: true }
  | { redirect: true; pending: { status: number; description: string; data: z.ZodType } }
)

/**
 * One route. `access` is who may call: Core (SigV4), Core or the holder of a door pass, the holder of a
 * signed guest link, or anyone; gateway.ts tells what that comes to. `uses` names the clients its function
 * needs, `variables` what it reads besides; the function's file in functions/api, its construct and its
 * operation id share the route's key. `skippingBody` takes the body instead of `body`, to the same output,
 * where the query says `onInvalid=skip`. `bulk` says that it works through whole guest lists, `emergency` that
 * it undoes what went wrong, so that it must answer even where nobody called it for months.
 */
export interface Route {
  method: 'GET' | 'PUT' | 'POST'
  path: string
  access: 'core' | 'door' | 'link' | 'public'
  summary: string
  params?: z.ZodObject
  query?: z.ZodObject
  body?: z.ZodType
  skippingBody?: z.ZodType
  success: Success
  errors: readonly ErrorCode[]
  uses: readonly ClientName[]
  variables?: readonly VariableName[]
  timeoutSeconds: number
  bulk?: true
  emergency?: true
  example: { params?: Record<string, string>; body?: unknown; answer?: unknown }
}
