import * as z from 'zod'
import type { ErrorCode } from '../errors.ts'
import { code } from '../schemas/answers.ts'
import { batchId, decimal, pathId } from '../schemas/values.ts'

/** A parameter of a path, and the error if nothing has this id. */
interface PathParam {
  schema: z.ZodType
  example: string
  error?: ErrorCode
}

const walletName = z.string().regex(/^[\w.-]{1,200}$/, 'must be 1 to 200 letters, digits, dots, hyphens or underscores')

/** The parameters of paths by name. `kid` is the one-byte id of a signing key in tokens. */
export const pathParams = {
  eventId: { schema: pathId, example: '456' },
  guestId: { schema: pathId, example: '123', error: 'GUEST_NOT_FOUND' },
  ticketId: { schema: pathId, example: '789', error: 'TICKET_NOT_FOUND' },
  templateId: { schema: pathId, example: '1000', error: 'TEMPLATE_NOT_FOUND' },
  doorId: { schema: pathId, example: '12', error: 'DOOR_NOT_FOUND' },
  batchId: { schema: batchId, example: 'batch-789', error: 'BATCH_NOT_FOUND' },
  deviceId: { schema: walletName, example: '9c2f6a0d4be84c1f8a5e7d3b1c0f9e82' },
  passType: { schema: walletName, example: 'pass.com.example.tickets' },
  serialNumber: { schema: code, example: 'TC-2024-7ZK3M9QX4T2B', error: 'TICKET_NOT_FOUND' },
  kid: { schema: decimal(0, 255), example: '1' },
} as const satisfies Record<string, PathParam>

/** The parameters in a path, as a schema. */
export type ParamsOf<Path> = [NamesIn<Path>] extends [never]
  ? unknown
  : { params: z.ZodObject<{ [Name in NamesIn<Path>]: (typeof pathParams)[Name]['schema'] }> }

type NamesIn<Path> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? (Name & keyof typeof pathParams) | NamesIn<Rest>
  : never

/** Lists the parameters in a path. */
export function paramsIn(path: string): [string, PathParam][] {
  return Object.entries<PathParam>(pathParams).filter(([name]) => path.includes(`{${name}}`))
}
