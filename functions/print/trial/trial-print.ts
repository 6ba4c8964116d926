import { qrDataUrl, qrSvg } from '../../codes/qr-code.ts'
import { trialDeadlines } from '../../contract/retries.ts'
import type { SheetLayout, TemplateProblem, TemplateProblemCode, TemplateTrial } from '../../contract/template-check.ts'
import { BrowserUnavailableError, RenderFailedError, RenderTimeoutError, TemplateInvalidError } from '../../errors.ts'
import { templateProblem } from '../../template/check/source/template-problem.ts'
import type { TicketTemplate } from '../../template/compile.ts'
import { trustedMarkup } from '../../template/compile.ts'
import { writeSamplePayload } from '../../trust/qr-payload.ts'
import type { WarmBrowser } from '../chromium/browser.ts'
import type { Printer } from '../printer.ts'
import { judgeSheet } from '../sheets/sheet-grid.ts'
import { evaluateTrial, quickest } from './evaluate-trial.ts'
import { printForTrial } from './print-for-trial.ts'
import { type TrialGuest, trialGuests } from './trial-guests.ts'
import { TrialProgress } from './trial-progress.ts'
import { listVariants } from './trial-variants.ts'
import { trySharing } from './try-sharing.ts'
import type { GuestFindings, SharingVerdict, TrialTicket } from './types.ts'

/** Says how to try a template: the organiser's own sample data, if any, for what the trial's guests lack, and the largest file in bytes. */
export interface TrialOptions {
  sample?: Readonly<Record<string, unknown>>
  maxFileSize: number
  /** How many tickets are to lie on a sheet, if any are. */
  sheet?: SheetLayout | null
  deadlineMs?: number
  /** Whom to try it with; everybody hard, where nobody is named. */
  guests?: readonly TrialGuest[]
}

/**
 * Prints a template for guests that break layouts, and tells what is wrong with any of them, how large a ticket is, and whether many in one print look
 * as each alone. Takes a second or two in a warm browser. What the template itself is at fault for is a problem, not an error thrown.
 * @throws BrowserUnavailableError when Chromium cannot start
 */
export async function trialPrint(
  printer: Pick<Printer, 'use'>,
  template: TicketTemplate,
  options: TrialOptions,
): Promise<TemplateTrial> {
  const start = performance.now()
  const { tickets, problems } = fillTickets(template, options)
  const progress = new TrialProgress(options.deadlineMs ?? trialDeadlines.print, tickets.length)
  const trial = { tickets, variants: fillVariants(template, options), variantsUntil: start + trialDeadlines.variants, progress }
  const tried = await printer.use(progress.deadlineMs, (browser) => tryTickets(browser, trial)).catch(explain)
  if ('problem' in tried)
    return { ...nothingPrinted, problems: [...problems, tried.problem], durationMs: performance.now() - start }
  const { findings, verdict } = tried
  const [ordinary] = findings
  return {
    problems: [
      ...problems,
      ...evaluateTrial(findings, verdict, options.maxFileSize),
      ...judgeSheet(options.sheet, sizesOf(findings)),
    ],
    pageCount: ordinary?.pages.length ?? 0,
    pdfBytes: ordinary?.pdfBytes ?? 0,
    ...verdict,
    printMs: quickest(findings),
    durationMs: performance.now() - start,
  }
}

const nothingPrinted = { pageCount: 0, pdfBytes: 0, pixelTrue: false, printMs: 0, compared: [] }

function fillTickets(
  template: TicketTemplate,
  { sample, guests = trialGuests }: TrialOptions,
): { tickets: TrialTicket[]; problems: TemplateProblem[] } {
  const problems: TemplateProblem[] = []
  const tickets = guests.flatMap((guest, index): TrialTicket[] => {
    try {
      return [fillTicket(template, { guest, sample, index })]
    } catch (error) {
      if (!(error instanceof TemplateInvalidError)) throw error
      // What a helper cannot take of one guest, it mostly cannot take of any.
      if (problems.length === 0)
        problems.push(templateProblem('CANNOT_FILL', { guest: guest.name }, [error.details[0]?.problem ?? error.message]))
      return []
    }
  })
  return { tickets, problems }
}

/** Fills the template for data that take its other ways; what cannot be filled so is nobody's ticket. */
function fillVariants(template: TicketTemplate, { sample, guests = trialGuests }: TrialOptions): TrialTicket[] {
  const [ordinary] = guests
  const base = { ...placeholders(template), ...sample, ...ordinary?.variables }
  return listVariants(template, base).flatMap(({ name, variables }, index): TrialTicket[] => {
    try {
      return [fillTicket(template, { guest: { name, isOrdinary: false, variables }, index: guests.length + index })]
    } catch (error) {
      if (error instanceof TemplateInvalidError) return []
      throw error
    }
  })
}

/** Fills the template for one guest, whose codes no other has. @throws TemplateInvalidError */
function fillTicket(
  template: TicketTemplate,
  { guest, sample, index }: { guest: TrialGuest; sample?: TrialOptions['sample']; index: number },
): TrialTicket {
  const ticketCode = 'TC-2024-7K3M9QX4WBZ2'
  const qrPayload = writeSamplePayload({ ticketCode, eventId: 456, guestId: index + 1, issuedAt: new Date(1_704_110_400_000) })
  const qrCodeUrl = qrDataUrl(qrPayload)
  const made = {
    qrPayload,
    qrCodeUrl,
    qrCode: trustedMarkup(qrSvg(qrPayload).replace('<svg ', '<svg data-code ')),
    ticketCode,
    generatedAt: 'Monday, 1 January 2024 at 12:00',
  }
  const html = template.fill({ ...placeholders(template), ...sample, ...guest.variables, ...made })
  return { guest, document: { html, title: 'Ticket', createdAt: new Date(0) }, qrCodeUrl, qrPayload }
}

/** Stands in for data that only the organiser's guests have: each by its own name, or what the helper that takes it needs. */
function placeholders({ required, examples }: TicketTemplate): Record<string, string> {
  return Object.fromEntries(required.map((name) => [name, examples.get(name) ?? name]))
}

/** Lists the sizes of all pages that were printed, in points. */
function sizesOf(findings: GuestFindings[]): { width: number; height: number }[] {
  return findings.flatMap(({ pages }) => pages.map(({ width, height }) => ({ width, height })))
}

/** What a trial prints: tickets of all guests, and as many variants as there is time for. */
interface TrialPrints {
  tickets: TrialTicket[]
  variants: TrialTicket[]
  variantsUntil: number
  progress: TrialProgress
}

async function tryTickets(
  browser: WarmBrowser,
  { tickets, variants, variantsUntil, progress }: TrialPrints,
): Promise<{ findings: GuestFindings[]; verdict: SharingVerdict } | { problem: TemplateProblem }> {
  const findings: GuestFindings[] = []
  for (const ticket of tickets) {
    if (progress.isLate) return { problem: progress.problem }
    findings.push(await progress.watch(ticket, printForTrial(browser, ticket)))
  }
  if (progress.isLate) return { problem: progress.problem }
  return { findings, verdict: await trySharing(browser, { tickets, variants, deadline: variantsUntil }) }
}

/** Turns a failure to print into a problem of the template; a browser that cannot start is none. */
function explain(error: unknown): { problem: TemplateProblem } {
  if (error instanceof BrowserUnavailableError) throw error
  if (!(error instanceof RenderFailedError) && !(error instanceof RenderTimeoutError)) throw error
  const code: TemplateProblemCode = 'CANNOT_PRINT'
  return { problem: templateProblem(code, {}, [error.message, 'take out what is very large or nested very deep']) }
}
