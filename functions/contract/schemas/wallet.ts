import * as z from 'zod'

/** The registration of a pass by a device. Tokens of APNs are hexadecimal digits, of no guaranteed length. */
export const passRegistration = z.object({
  pushToken: z.string().regex(/^[0-9A-Fa-f]{1,200}$/, 'must be 1 to 200 hexadecimal digits'),
})

/** The query of a device for changed passes: the `lastUpdated` of its last answer. */
export const changedPassesQuery = z.object({
  passesUpdatedSince: z
    .string()
    .regex(/^[0-9a-f.-]{0,8000}$/, 'must be the lastUpdated of an earlier answer')
    .optional(),
})

/** The changed passes of a device. `lastUpdated` identifies the state of each that the device then knows. */
export const changedPasses = z.object({ serialNumbers: z.array(z.string()), lastUpdated: z.string() })

/** Problems that Apple Wallet reports: lines of text. Anything else in the list is ignored. */
export const walletLog = z.object({ logs: z.array(z.unknown()).max(1000) })
