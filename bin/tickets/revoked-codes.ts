import { routes } from '../../functions/contract/routes/routes.ts'
import { parseRevocations } from '../../functions/trust/offline-verify.ts'
import { packTicketCode } from '../../functions/trust/ticket-code.ts'
import { ForeignAnswer } from './failures.ts'
import type { Service } from './service.ts'

/** Finds the ticket codes that the event has revoked or superseded. Without codes, calls nothing. */
export async function findRevokedCodes(service: Service, eventId: number, ticketCodes: readonly string[]): Promise<string[]> {
  if (ticketCodes.length === 0) return []
  const revoked = new Set<bigint>()
  for (let after = 0; ; ) {
    const query = { after: String(after) }
    const { list, through, latest } = await service.call(routes['list-revocations'], { params: { eventId }, query })
    const parsed = parseRevocations(list)
    if (!parsed) throw new ForeignAnswer(`${service.url} answered with an invalid list of revoked codes.`)
    for (const code of parsed.retired.keys()) revoked.add(code)
    if (through >= latest || through <= after) break
    after = through
  }
  return ticketCodes.filter((code) => revoked.has(Buffer.from(packTicketCode(code)).readBigUInt64BE()))
}
