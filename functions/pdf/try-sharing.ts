import type { ComparedPrints } from './compared-prints.ts'
import { type PrintPlace, SharedPrinting } from './shared-printing.ts'
import type { TrialTicket } from './trial-print.ts'

/** Whether all tickets of a trial come out of shared prints as if printed alone, else why not; and each kind of ticket that was compared. */
export interface SharingVerdict {
  pixelTrue: boolean
  reason?: string
  compared: ComparedPrints
}

/**
 * Prints all tickets of a trial as a batch would, and has one of each kind compared with its print alone. Each is there twice, so that none is without
 * another that it can share a document with.
 */
export async function trySharing(place: PrintPlace, tickets: TrialTicket[]): Promise<SharingVerdict> {
  const reasons: string[] = []
  const printing = new SharedPrinting({
    mostNewKinds: Number.POSITIVE_INFINITY,
    onFallback: ({ document, reason }) => {
      const ticket = tickets.find((each) => each.document === document)
      reasons.push(ticket && ticket !== tickets[0] ? `the guest “${ticket.guest.name}” is printed alone: ${reason}` : reason)
    },
  })
  const documents = tickets.map(({ document }) => document)
  await printing.print(place, [...documents, ...documents])
  const [reason] = reasons
  return { pixelTrue: reason === undefined, ...(reason === undefined ? {} : { reason }), compared: printing.compared() }
}
