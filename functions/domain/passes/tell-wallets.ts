import { type PushOutcome, passUpdates } from '../../wallet/pass-ticket.ts'
import type { Clients } from '../clients.ts'

/**
 * Tells Apple's or Google's servers of changed passes. The outcomes are in the order of the request's devices
 * or tickets. @throws ZodError when the request is malformed.
 */
export async function tellWallets({ wallets: { apple, google } }: Clients<'wallets'>, request: unknown): Promise<PushOutcome[]> {
  const updates = passUpdates.parse(request)
  if ('devices' in updates) return (await apple?.push(updates.devices)) ?? updates.devices.map(() => unconfigured)
  return (await google?.update(updates.tickets)) ?? updates.tickets.map(() => unconfigured)
}

const unconfigured: PushOutcome = { outcome: 'later', reason: 'NotConfigured' }
