import { routes } from '../../functions/contract/routes/routes.ts'
import { parseRevocations } from '../../functions/trust/offline-verify.ts'
import { packTicketCode } from '../../functions/trust/ticket-code.ts'
import { ForeignAnswer } from './failures.ts'
import type { Service } from './service.ts'

/**
 * Finds those of the ticket codes that the event has revoked or superseded. Asks nothing where no code is
 * given.
 */
export async function findRetiredCodes(service: Service, eventId: number, ticketCodes: readonly string[]): Promise<string[]> {
  if (ticketCodes.length === 0) return []
  const retired = new Set<bigint>()
  for (let after = 0; ; ) {
    const query = { after: String(after) }
    const { list, through, latest } = await service.call(routes['list-revocations'], { params: { eventId }, query })
    const parsed = parseRevocations(list)
    if (!parsed) throw new ForeignAnswer(`${service.url} answers with a list of revoked codes that cannot be read.`)
    for (const code of parsed.retired.keys()) retired.add(code)
    if (through >= latest || through <= after) break
    after = through
  }
  return ticketCodes.filter((code) => retired.has(Buffer.from(packTicketCode(code)).readBigUInt64BE()))
}
