import * as z from 'zod'

/** How long a key identifies the call that it was first sent with. */
export const idempotencyKeyHours = 24

/** The header `Idempotency-Key`: a text of the caller's that is hard to guess, such as a UUID. */
export const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7E]{1,255}$/, 'must be 1 to 255 visible ASCII characters, such as a UUID')
  .meta({
    id: 'IdempotencyKey',
    description: `A UUID or another text that is hard to guess. For ${idempotencyKeyHours} hours it returns the same answer, and nothing is made again.`,
  })
