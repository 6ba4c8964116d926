import type { TicketWarning } from '../../contract/ticket-warnings.ts'
import type { ComparedPrints } from '../compare/compared-prints.ts'
import type { CutInk } from '../measure/measure-ink.ts'
import type { PageMeasures } from '../measure/measure-page.ts'
import type { TicketDocument } from '../printer.ts'
import type { TrialGuest } from './trial-guests.ts'

/** Is a filled ticket of a trial's guest, with what its codes shall say. */
export interface TrialTicket {
  guest: TrialGuest
  document: TicketDocument
  qrCodeUrl: string
  qrPayload: string
}

/** Is what printing one guest's ticket alone gave. `codes` are the texts that were read from its picture. */
export interface GuestFindings {
  guest: TrialGuest
  printMs: number
  pdfBytes: number
  /** Its pages, with their sizes in points. */
  pages: PrintedPage[]
  warnings: TicketWarning[]
  measures: PageMeasures
  cutInk: CutInk[]
  codes: string[]
  qrPayload: string
}

/** A page of a print; a blank one has one colour all over. */
export interface PrintedPage {
  width: number
  height: number
  isBlank: boolean
}

/**
 * Whether all tickets of a trial come out of shared prints as if printed alone, else why not; and each kind
 * of ticket that was compared.
 */
export interface SharingVerdict {
  pixelTrue: boolean
  reason?: string
  compared: ComparedPrints
}
