import type { WalletType } from '../../contract/environment.ts'
import { passChanges } from '../../contract/retries.ts'
import { findTicketDetails } from '../../database/tickets.ts'
import { type DuePush, endPushTurns, findDuePushes, settlePushes, takePushTurn } from '../../database/wallet-registrations.ts'
import type { PushOutcome } from '../../wallet/pass-ticket.ts'
import type { Clients } from '../clients.ts'
import { loadBranding } from '../events/load-branding.ts'
import { guestTicketOf } from '../links/guest-ticket.ts'

export type { PushOutcome }

/**
 * Pushes the changed passes of a wallet, as many as one call takes, and records the outcomes. After a fault they stay
 * due. Returns the outcomes: none if nothing was due, or another holder has the turn.
 */
export async function pushChanges(
  { sql, pusher }: Clients<'sql' | 'pusher'>,
  wallet: WalletType,
  holder: string,
): Promise<PushOutcome[]> {
  if (!(await takePushTurn(sql, { wallet, holder, seconds: passChanges.turnSeconds }))) return []
  const due = await findDuePushes(sql, wallet, passChanges.atOnce[wallet])
  if (due.length === 0) return []
  const { pushes, updates } =
    wallet === 'apple' ? { pushes: due, updates: { devices: due.map(describeDevice) } } : await readTickets(sql, due)
  const outcomes = await pusher.ask(updates)
  const ended = pushes.flatMap((push, at) => (outcomes[at] ? [{ push, ...outcomes[at] }] : []))
  await settlePushes(sql, ended)
  return outcomes
}

/** Releases the turns of a holder. */
export async function endTurns({ sql }: Clients<'sql'>, holder: string): Promise<void> {
  await endPushTurns(sql, holder)
}

function describeDevice({ pass_type: passType, push_token: pushToken }: DuePush) {
  return { passType, pushToken }
}

/** Reads the tickets of passes, each with the hash of its state at that moment. */
async function readTickets(sql: Clients<'sql'>['sql'], due: DuePush[]) {
  const rows = await Promise.all(
    due.map(async (push) => {
      const ticket = await findTicketDetails(sql, push.ticket_id)
      const { accent, ink, organiser } = (ticket && (await loadBranding(sql, ticket))) ?? {}
      // Google takes no pictures, and they would not fit into an invocation.
      return { push, ticket, branding: { accent, ink, organiser } }
    }),
  )
  const read = rows.flatMap(({ push, ticket, branding }) => (ticket ? [{ push, ticket, branding }] : []))
  return {
    pushes: read.map(({ push, ticket: { pass_state } }) => ({ ...push, pass_state })),
    updates: { tickets: read.map(({ ticket, branding }) => guestTicketOf(ticket, branding)) },
  }
}
