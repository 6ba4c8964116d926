import type { WarmBrowser } from '../chromium/browser.ts'
import { SharedPrinting, wideReason } from '../shared-printing.ts'
import type { SharingVerdict, TrialTicket } from './types.ts'

/**
 * Prints all tickets of a trial as a batch would, and has one of each kind compared with its print alone;
 * then variants of the first, as many as there is time for. Each is there twice, so that none is without
 * another that it can share a document with. `deadline` is in the time of `performance.now()`.
 */
export async function trySharing(
  browser: WarmBrowser,
  { tickets, variants, deadline }: { tickets: TrialTicket[]; variants: TrialTicket[]; deadline: number },
): Promise<SharingVerdict> {
  const reasons: string[] = []
  const [ordinary] = tickets
  const printing = new SharedPrinting({
    mostNewKinds: Number.POSITIVE_INFINITY,
    onFallback: ({ document, reason }) => {
      const ticket = [...tickets, ...variants].find((each) => each.document === document)
      // That of a hard guest is reported as such.
      if (reason === wideReason && ticket !== ordinary) return
      reasons.push(ticket && ticket !== ordinary ? `the guest “${ticket.guest.name}” is printed alone: ${reason}` : reason)
    },
  })
  const print = async (some: TrialTicket[]): Promise<void> => {
    const documents = some.map(({ document }) => document)
    await printing.print({ browser, stages: { dom: 0, print: 0, split: 0 } }, [...documents, ...documents])
  }
  await print(tickets)
  for (let at = 0; at < variants.length && performance.now() < deadline; at += variantsAtOnce)
    await print(variants.slice(at, at + variantsAtOnce))
  const [reason] = reasons
  return { pixelTrue: reason === undefined, ...(reason === undefined ? {} : { reason }), compared: printing.compared() }
}

const variantsAtOnce = 6
