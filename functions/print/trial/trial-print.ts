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
import { checkSheet } from '../sheets/sheet-grid.ts'
import { evaluateTrial, quickest } from './evaluate-trial.ts'
import { type GuestFindings, printForTrial, type SharingVerdict, type TrialTicket, trySharing } from './print-for-trial.ts'
import { type TrialGuest, trialGuests } from './trial-guests.ts'
import { TrialProgress } from './trial-progress.ts'
import { listVariants } from './trial-variants.ts'

/** How to try a template. */
export interface TrialOptions {
  /** The organiser's sample data, for variables that the trial's guests lack. */
  sample?: Readonly<Record<string, unknown>>
  /** The largest allowed file in bytes. */
  maxFileSize: number
  /** The sheet that tickets are imposed on, if any. */
  sheet?: SheetLayout | null
  deadlineMs?: number
  /** The guests to try it with; all of `trialGuests` by default. */
  guests?: readonly TrialGuest[]
}

/**
 * Prints a template for guests that break layouts, and reports the problems of each, the size of a ticket,
 * and whether tickets in a shared print look as if printed alone. Takes a second or two in a warm browser.
 * Faults of the template are reported as problems, not thrown.
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
      ...checkSheet(options.sheet, sizesOf(findings)),
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
    const filled = fillTicket(template, { guest, sample, index })
    if (!(filled instanceof TemplateInvalidError)) return [filled]
    const what = filled.details[0]?.problem ?? filled.message
    // A helper that rejects one guest's data mostly rejects everybody's.
    if (problems.length === 0) problems.push(templateProblem('CANNOT_FILL', { guest: guest.name }, [what]))
    return []
  })
  return { tickets, problems }
}

/** Fills the template with data for its other branches; skips data that it cannot be filled with. */
function fillVariants(template: TicketTemplate, { sample, guests = trialGuests }: TrialOptions): TrialTicket[] {
  const [ordinary] = guests
  const base = { ...placeholders(template), ...sample, ...ordinary?.variables }
  return listVariants(template, base).flatMap(({ name, variables }, index) => {
    const filled = fillTicket(template, { guest: { name, isOrdinary: false, variables }, index: guests.length + index })
    return filled instanceof TemplateInvalidError ? [] : filled
  })
}

/** Fills the template for one guest, with unique codes; returns the error where it cannot be filled. */
function fillTicket(
  template: TicketTemplate,
  { guest, sample, index }: { guest: TrialGuest; sample?: TrialOptions['sample']; index: number },
): TrialTicket | TemplateInvalidError {
  const ticketCode = 'TC-2024-7K3M9QX4WBZ2'
  const qrPayload = writeSamplePayload({ ticketCode, eventId: 456, guestId: index + 1, issuedAt: new Date(1_704_110_400_000) })
  const qrCodeUrl = qrDataUrl(qrPayload)
  const qrCode = trustedMarkup(qrSvg(qrPayload).replace('<svg ', '<svg data-code '))
  const made = { qrPayload, qrCodeUrl, qrCode, ticketCode, generatedAt: 'Monday, 1 January 2024 at 12:00' }
  try {
    const html = template.fill({ ...placeholders(template), ...sample, ...guest.variables, ...made })
    return { guest, document: { html, title: 'Ticket', createdAt: new Date(0) }, qrCodeUrl, qrPayload }
  } catch (error) {
    if (error instanceof TemplateInvalidError) return error
    throw error
  }
}

/** Makes values for required variables: an example that their helper accepts, or else their name. */
function placeholders({ required, examples }: TicketTemplate): Record<string, string> {
  return Object.fromEntries(required.map((name) => [name, examples.get(name) ?? name]))
}

/** Lists the sizes of all printed pages, in points. */
function sizesOf(findings: GuestFindings[]): { width: number; height: number }[] {
  return findings.flatMap(({ pages }) => pages.map(({ width, height }) => ({ width, height })))
}

/** The tickets of all guests, and variants to print as far as there is time. */
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

/** Turns a failure to print into a problem of the template; rethrows when the browser cannot start. */
function explain(error: unknown): { problem: TemplateProblem } {
  if (error instanceof BrowserUnavailableError) throw error
  if (!(error instanceof RenderFailedError) && !(error instanceof RenderTimeoutError)) throw error
  const code: TemplateProblemCode = 'CANNOT_PRINT'
  return { problem: templateProblem(code, {}, [error.message, 'remove what is very large or very deeply nested']) }
}
