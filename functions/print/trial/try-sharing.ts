import type { WarmBrowser } from '../chromium/browser.ts'
import { SharedPrinting } from '../shared-printing.ts'
import type { SharingVerdict, TrialTicket } from './types.ts'

/**
 * Prints all tickets of a trial as a batch would, and compares one of each kind with its print alone; then as
 * many variants of the first as there is time for. Prints each twice, so that every ticket has another to
 * share a document with. `deadline` is a time of `performance.now()`.
 */
export async function trySharing(
  browser: WarmBrowser,
  { tickets, variants, deadline }: { tickets: TrialTicket[]; variants: TrialTicket[]; deadline: number },
): Promise<SharingVerdict> {
  const reasons: string[] = []
  const [ordinary] = tickets
  const printing = new SharedPrinting({
    newKindsPerCall: Number.POSITIVE_INFINITY,
    onFallback: ({ document, code, reason }) => {
      const ticket = [...tickets, ...variants].find((each) => each.document === document)
      // A hard guest's is reported as a problem of its own.
      if (code === 'WIDE' && ticket !== ordinary) return
      reasons.push(ticket && ticket !== ordinary ? `the guest “${ticket.guest.name}” is printed alone: ${reason}` : reason)
    },
  })
  const print = async (some: TrialTicket[]): Promise<void> => {
    const documents = some.map(({ document }) => document)
    await printing.print({ browser, stages: { dom: 0, print: 0, split: 0 } }, [...documents, ...documents])
  }
  await print(tickets)
  for (let at = 0; at < variants.length && performance.now() < deadline; at += variantsPerPrint)
    await print(variants.slice(at, at + variantsPerPrint))
  const [reason] = reasons
  return { pixelTrue: reason === undefined, ...(reason === undefined ? {} : { reason }), compared: printing.compared() }
}

const variantsPerPrint = 6
