import * as z from 'zod'

/** The body with which a device registers a pass. APNs gives tokens in hexadecimal digits, of no promised length. */
export const passRegistration = z.object({
  pushToken: z.string().regex(/^[0-9A-Fa-f]{1,200}$/, 'must be 1 to 200 hexadecimal digits'),
})

/** The query with which a device asks for changed passes: the `lastUpdated` that it was answered last. */
export const changedPassesQuery = z.object({ passesUpdatedSince: z.string().max(8000).optional() })

/** The passes of a device that have changed. `lastUpdated` names what it knows of each by then. */
export const changedPasses = z.object({ serialNumbers: z.array(z.string()), lastUpdated: z.string() })

/** What Apple Wallet reports of this service. */
export const walletLog = z.object({ logs: z.array(z.string()).max(1000) })
