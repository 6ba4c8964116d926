import * as z from 'zod'

/** The body with which a device registers a pass. APNs gives tokens in hexadecimal digits, of no promised length. */
export const passRegistration = z.object({
  pushToken: z.string().regex(/^[0-9A-Fa-f]{1,200}$/, 'must be 1 to 200 hexadecimal digits'),
})

/** The query with which a device asks for changed passes: the `lastUpdated` that it was answered last. */
export const changedPassesQuery = z.object({
  passesUpdatedSince: z
    .string()
    .regex(/^[0-9a-f.-]{0,8000}$/, 'must be the lastUpdated of an earlier answer')
    .optional(),
})

/** The passes of a device that have changed. `lastUpdated` names what it knows of each by then. */
export const changedPasses = z.object({ serialNumbers: z.array(z.string()), lastUpdated: z.string() })

/** What Apple Wallet reports of this service: lines of text. Anything else in the list is passed over. */
export const walletLog = z.object({ logs: z.array(z.unknown()).max(1000) })
