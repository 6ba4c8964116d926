import { payloadFormatOf } from '../../contract/qr-payload.ts'
import type { TemplateProblem } from '../../contract/template-check.ts'
import { templateProblem } from '../../template/check/source/template-problem.ts'
import type { GuestFindings, SharingVerdict } from './print-for-trial.ts'

/** Lists the problems of a trial print: those of each guest, then those of the template as a whole. */
export function evaluateTrial(findings: GuestFindings[], verdict: SharingVerdict, maxFileSize: number): TemplateProblem[] {
  const [ordinary] = findings
  return [
    ...mergeEqual(findings.flatMap((found) => checkGuest(found, ordinary))),
    ...checkSize(findings, maxFileSize),
    ...checkSpeed(findings, verdict),
  ]
}

/** Returns the shortest print time in milliseconds, which other load on the machine affects the least. */
export function quickest(findings: GuestFindings[]): number {
  return findings.length > 0 ? Math.min(...findings.map(({ printMs }) => printMs)) : 0
}

/** Merges equal problems of several guests into one, of the first guest. */
function mergeEqual(problems: TemplateProblem[]): TemplateProblem[] {
  const same = Map.groupBy(problems, ({ code, message }) => `${code} ${message}`)
  return [...same.values()].flatMap(([first, ...others]) => {
    if (!first || others.length === 0) return first ?? []
    const guests = others.length === 1 ? 'one other guest' : `${others.length} other guests`
    return { ...first, message: `${first.message} (also for ${guests})` }
  })
}

const largePdfBytes = 500_000
const slowPrintMs = 250
const ordinaryName = 'ordinary'

function checkGuest(found: GuestFindings, ordinary: GuestFindings | undefined): TemplateProblem[] {
  const { guest, measures, pages, cutInk } = found
  const problems: TemplateProblem[] = []
  const report = (code: keyof typeof advice, message: string, what = advice[code]): void =>
    void problems.push(templateProblem(code, { guest: guest.name }, [message, what]))
  if (pages.length === 0) report('CANNOT_PRINT', 'prints no page')
  else if (!isReadable(found)) report('CODE_UNREADABLE', 'the code cannot be read from the print')
  if (measures.clipped.length > 0)
    report(guest.isOrdinary ? 'TEXT_CLIPPED' : 'LONG_TEXT_CLIPPED', `cuts off ${quote(measures.clipped)}`)
  const cut = `cuts ink off the ${cutInk[0]?.edge} of ${quote(cutInk.map(({ text }) => text))}`
  if (cutInk.length > 0) report(guest.isInvented ? 'ODD_INK_CUT' : 'INK_CUT', cut)
  if (measures.isWiderThanPage) report('PRINT_SHRUNK', 'something is wider than the page, so everything is printed smaller')
  const blank = pages.findIndex(({ isBlank }) => isBlank)
  const usual = ordinary?.pages.length ?? pages.length
  if (blank >= 0) report('EXTRA_PAGES', `page ${blank + 1} is blank`, 'make what is as high as the page a little lower')
  else if (pages.length > usual) report('EXTRA_PAGES', `has ${pages.length} pages where the guest “${ordinaryName}” has ${usual}`)
  const missing = found.warnings.find(({ code }) => code === 'MISSING_GLYPHS')
  if (missing) report('MISSING_GLYPHS', `has ${missing.count} letters that no font contains`)
  return problems
}

/** What to do about each problem of a guest's ticket. */
const advice = {
  CANNOT_PRINT: '',
  CODE_UNREADABLE: 'make it larger, dark on white, with white around it and nothing over it',
  TEXT_CLIPPED: 'let it wrap (overflow-wrap: anywhere), or let its box grow',
  LONG_TEXT_CLIPPED: 'let it wrap (overflow-wrap: anywhere), or let its box grow',
  INK_CUT: 'give it more line height, or padding inside the box that clips it',
  ODD_INK_CUT: 'give it more line height, or padding inside the box that clips it',
  PRINT_SHRUNK: 'give it a width in %, or let it wrap',
  EXTRA_PAGES: 'limit the lines of long texts (-webkit-line-clamp)',
  MISSING_GLYPHS: 'end font-family with sans-serif, so that the built-in fonts fill in',
}

function isReadable({ codes, qrPayload, measures }: GuestFindings): boolean {
  const wanted = Math.max(1, measures.codes.length)
  return codes.length >= wanted && codes.some((text) => text === qrPayload || payloadFormatOf(text) !== 'compact')
}

function checkSize(findings: GuestFindings[], maxFileSize: number): TemplateProblem[] {
  const [largest] = findings.toSorted((one, other) => other.pdfBytes - one.pdfBytes)
  if (!largest) return []
  const place = { guest: largest.guest.name }
  const size = `has ${Math.round(largest.pdfBytes / 1000)} KB`
  const smaller = 'use smaller pictures, and avoid shadows and filters'
  const limit = `; at most ${Math.round(maxFileSize / 1000)} KB are allowed`
  if (largest.pdfBytes > maxFileSize) return [templateProblem('PDF_TOO_LARGE', place, [size + limit, smaller])]
  return largest.pdfBytes > largePdfBytes ? [templateProblem('LARGE_PDF', place, [size, smaller])] : []
}

function checkSpeed(findings: GuestFindings[], { pixelTrue, reason }: SharingVerdict): TemplateProblem[] {
  const problems: TemplateProblem[] = []
  const slow = `takes ${Math.round(quickest(findings))} ms per ticket`
  if (quickest(findings) > slowPrintMs)
    problems.push(templateProblem('SLOW_PRINT', {}, [slow, 'avoid shadows, filters and large pictures']))
  if (!pixelTrue && findings.length > 0)
    problems.push(templateProblem('PRINTED_ALONE', {}, [`some or all tickets are printed alone, which is slower: ${reason}`]))
  return problems
}

function quote(texts: string[]): string {
  const [first = ''] = texts
  const shown = `“${first.length > 40 ? `${first.slice(0, 39)}…` : first}”`
  return texts.length > 1 ? `${shown} and ${texts.length - 1} more` : shown
}
