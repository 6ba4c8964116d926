import { compactPrefix } from '../../contract/qr-payload.ts'
import type { TemplateProblem, TemplateProblemCode } from '../../contract/template-check.ts'
import { templateProblem } from '../../template/check/source/template-problem.ts'
import type { GuestFindings, SharingVerdict } from './types.ts'

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
  const { guest, measures, pages } = found
  const problems: TemplateProblem[] = []
  const report = (code: TemplateProblemCode, ...what: [message: string, advice?: string]): void =>
    void problems.push(templateProblem(code, { guest: guest.name }, what))
  if (pages.length === 0) report('CANNOT_PRINT', 'prints no page')
  else if (!isReadable(found))
    report(
      'CODE_UNREADABLE',
      'the code cannot be read from the print',
      'make it larger, dark on white, with white around it and nothing over it',
    )
  if (measures.clipped.length > 0)
    report(
      guest.isOrdinary ? 'TEXT_CLIPPED' : 'LONG_TEXT_CLIPPED',
      `cuts off ${quote(measures.clipped)}`,
      'let it wrap (overflow-wrap: anywhere), or let its box grow',
    )
  const [ink] = found.cutInk
  if (ink)
    report(
      guest.isInvented ? 'ODD_INK_CUT' : 'INK_CUT',
      `cuts ink off the ${ink.edge} of ${quote(found.cutInk.map(({ text }) => text))}`,
      'give it more line height, or padding inside the box that clips it',
    )
  if (measures.isWiderThanPage)
    report(
      'PRINT_SHRUNK',
      'something is wider than the page, so that everything is printed smaller',
      'give it a width in %, or let it wrap',
    )
  const blank = pages.findIndex(({ isBlank }) => isBlank)
  if (blank >= 0) report('EXTRA_PAGES', `page ${blank + 1} is blank`, 'make what is as high as the page a little lower')
  else if (ordinary && pages.length > ordinary.pages.length)
    report(
      'EXTRA_PAGES',
      `has ${pages.length} pages where the guest “${ordinaryName}” has ${ordinary.pages.length}`,
      'limit the lines of long texts (-webkit-line-clamp)',
    )
  const missing = found.warnings.find(({ code }) => code === 'MISSING_GLYPHS')
  if (missing)
    report(
      'MISSING_GLYPHS',
      `${missing.count} letters are in no font`,
      'end font-family with sans-serif, so that the built-in fonts fill in',
    )
  return problems
}

function isReadable({ codes, qrPayload, measures }: GuestFindings): boolean {
  const wanted = Math.max(1, measures.codes.length)
  return codes.length >= wanted && codes.some((text) => text === qrPayload || !text.startsWith(compactPrefix))
}

function checkSize(findings: GuestFindings[], maxFileSize: number): TemplateProblem[] {
  const [largest] = findings.toSorted((one, other) => other.pdfBytes - one.pdfBytes)
  if (!largest) return []
  const place = { guest: largest.guest.name }
  const size = `has ${Math.round(largest.pdfBytes / 1000)} KB`
  const advice = 'use smaller pictures, and no shadows or filters'
  if (largest.pdfBytes > maxFileSize)
    return [
      templateProblem('PDF_TOO_LARGE', place, [`${size}; at most ${Math.round(maxFileSize / 1000)} KB are allowed`, advice]),
    ]
  return largest.pdfBytes > largePdfBytes ? [templateProblem('LARGE_PDF', place, [size, advice])] : []
}

function checkSpeed(findings: GuestFindings[], { pixelTrue, reason }: SharingVerdict): TemplateProblem[] {
  const problems: TemplateProblem[] = []
  const printMs = quickest(findings)
  if (printMs > slowPrintMs)
    problems.push(
      templateProblem('SLOW_PRINT', {}, [
        `takes ${Math.round(printMs)} ms a ticket`,
        'do without shadows, filters and large pictures',
      ]),
    )
  if (!pixelTrue && findings.length > 0)
    problems.push(templateProblem('PRINTED_ALONE', {}, [`is printed alone in whole or in part, and so slower: ${reason}`]))
  return problems
}

function quote(texts: string[]): string {
  const [first = ''] = texts
  const shown = `“${first.length > 40 ? `${first.slice(0, 39)}…` : first}”`
  return texts.length > 1 ? `${shown} and ${texts.length - 1} more` : shown
}
