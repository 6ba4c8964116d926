import type { TicketWarning } from '../../contract/ticket-warnings.ts'
import type { ComparedPrints } from '../compare/compared-prints.ts'
import type { CutInk } from '../measure/measure-ink.ts'
import type { PageMeasures } from '../measure/measure-page.ts'
import type { TicketDocument } from '../printer.ts'
import type { TrialGuest } from './trial-guests.ts'

/** A filled ticket of a trial's guest, with the expected contents of its codes. */
export interface TrialTicket {
  guest: TrialGuest
  document: TicketDocument
  qrCodeUrl: string
  qrPayload: string
}

/** The results of printing one guest's ticket alone; `codes` are the texts read from its screenshot. */
export interface GuestFindings {
  guest: TrialGuest
  printMs: number
  pdfBytes: number
  /** The pages, with sizes in points. */
  pages: PrintedPage[]
  warnings: TicketWarning[]
  measures: PageMeasures
  cutInk: CutInk[]
  codes: string[]
  qrPayload: string
}

/** A page of a print; a blank one has a single colour. */
export interface PrintedPage {
  width: number
  height: number
  isBlank: boolean
}

/** Whether a trial's tickets come out of shared prints as if printed alone, or why not. */
export interface SharingVerdict {
  pixelTrue: boolean
  reason?: string
  compared: ComparedPrints
}
