import { setTimeout as delay } from 'node:timers/promises'
import { stringify } from 'csv-stringify/sync'
import { parseRevocations } from '../../functions/trust/offline-verify.ts'
import { packTicketCode } from '../../functions/trust/ticket-code.ts'
import { checkFilePath, writeAtomically } from './atomic-file.ts'
import { type BatchStatus, type BatchTicket, readStatus, readTickets, SettlingPages, type TicketRun } from './batch-pages.ts'
import { summarize } from './batch-summary.ts'
import type { Session } from './command.ts'
import { BadInput, ForeignAnswer } from './failures.ts'
import { ticketFileName } from './file-name.ts'
import { pathOption } from './options.ts'
import { PdfFolder } from './pdf-folder.ts'

/** The options for the files of a batch. */
export const destinationOptions = {
  out: pathOption('folder', 'save the PDFs in this folder as they are printed; outdated files are replaced'),
  manifest: pathOption('file', 'with --out: write a CSV file that lists each guest, ticket code and file name'),
}

/** A batch to follow, with the folder for its PDFs and the path of the CSV file that lists them. */
export interface FollowedBatch {
  batchId: string
  destination: Destination | undefined
}

interface Destination {
  folder: PdfFolder
  manifest: string | undefined
}

const firstPauseMs = 100
const longestPauseMs = 1000
const redrawIntervalMs = 250

/**
 * Opens the folder of --out.
 * @throws BadInput when the folder or the manifest cannot be written, or --manifest is given without --out.
 */
export async function openDestination(
  { core }: Session,
  { out, manifest }: { out?: string | undefined; manifest?: string | undefined },
): Promise<Destination | undefined> {
  if (out === undefined && manifest !== undefined)
    throw new BadInput('--manifest lists the files of --out, so it requires --out <folder>.')
  if (manifest !== undefined) await checkFilePath('--manifest', manifest)
  return out === undefined ? undefined : { folder: await PdfFolder.open(core, out), manifest }
}

/**
 * Follows a batch to its end, shows its progress, downloads each PDF once it is printed, and summarizes it.
 * @throws ServiceRefusal, ServiceUnreachable, ForeignAnswer, FileNotWritten, Interrupted; the batch itself
 * continues, and the session's hint says how to follow it.
 */
export async function followBatch(session: Session, batch: FollowedBatch) {
  const { batchId, destination } = batch
  session.hint = [`The batch continues without this command. To follow it: ${howToFollow(session, batch)}`]
  try {
    const ended = await pollUntilEnd(session, batch)
    const tickets = await readAllTickets(session, destination, ended)
    const { tickets: _, nextCursor: __, ...status } = ended
    const outcome = {
      status: { ...status, batchId },
      notGenerated: tickets.filter((ticket) => ticket.status !== 'generated'),
      folder: destination && (await finishFolder(session, destination, { ended, tickets })),
    }
    return { ...summarize(outcome, session.commandLine(['retry', batchId])), generatedCount: ended.generatedCount }
  } catch (error) {
    destination?.folder.abort(error)
    throw error
  }
}

function howToFollow(session: Session, { batchId, destination }: FollowedBatch): string {
  const manifest = destination?.manifest === undefined ? [] : ['--manifest', destination.manifest]
  const options = destination ? ['--out', destination.folder.path, ...manifest] : []
  return session.commandLine(['status', batchId, '--follow', ...options])
}

async function pollUntilEnd({ core, progress, signal }: Session, { batchId, destination }: FollowedBatch): Promise<BatchStatus> {
  const folder = destination?.folder
  const pages = folder && new SettlingPages(core, batchId)
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    const runs: TicketRun[] = []
    const status = pages ? await pages.read((run) => runs.push(run)) : await readStatus(core, batchId, { limit: 1 })
    for (const run of runs) addPrinted(folder, run, status.totalCount)
    folder?.throwIfAborted()
    progress.show(progressOf(status, folder))
    if (status.status !== 'processing') return status
    await delay(pauseMs, undefined, { signal })
  }
}

/** Reads all tickets again if a manifest must list them, or if some were not generated or have no file. */
async function readAllTickets({ core }: Session, destination: Destination | undefined, ended: BatchStatus) {
  const folder = destination?.folder
  const isComplete = !folder || folder.addedCount === ended.totalCount
  if (ended.generatedCount === ended.totalCount && isComplete && destination?.manifest === undefined) return []
  const all: BatchTicket[] = []
  for await (const run of readTickets(core, ended.batchId)) {
    all.push(...run.tickets)
    addPrinted(folder, run, ended.totalCount)
  }
  return all
}

type Ended = { ended: BatchStatus; tickets: readonly BatchTicket[] }

async function finishFolder(session: Session, { folder, manifest }: Destination, { ended, tickets }: Ended) {
  const show = () => session.progress.show(progressOf(ended, folder))
  const ticker = setInterval(show, redrawIntervalMs)
  try {
    await folder.finish()
    show()
  } finally {
    clearInterval(ticker)
  }
  await folder.remove(await findRevokedCodes(session, ended.eventId, folder.otherCodes))
  if (manifest !== undefined) await writeManifest(manifest, tickets, folder)
  const missing = tickets.filter(({ status, pdfUrl }) => status === 'generated' && pdfUrl === null)
  const revokedCount = missing.filter(({ revokedAt }) => revokedAt !== null).length
  return { path: folder.path, manifest, report: folder.report, revokedCount, unprintedCount: missing.length - revokedCount }
}

function addPrinted(folder: PdfFolder | undefined, { first, tickets }: TicketRun, total: number): void {
  for (const [index, { status, ticketCode, pdfUrl, ...guest }] of tickets.entries()) {
    if (status !== 'generated' || !ticketCode || !pdfUrl) continue
    const fileName = ticketFileName({ ...guest, ticketCode, position: first + index + 1, total })
    folder?.add({ ticketCode, pdfUrl, fileName })
  }
}

function progressOf(status: BatchStatus, folder: PdfFolder | undefined) {
  const report = folder?.report
  return {
    done: status.processedCount + status.cancelledCount,
    total: status.totalCount,
    failed: status.failedCount,
    saved: report && report.savedCount + report.replacedCount + report.unchangedCount,
    estimatedCompletion: status.estimatedCompletion,
  }
}

/** Finds the ticket codes that the event has revoked or superseded. Without codes, calls nothing. */
async function findRevokedCodes({ core, url }: Session, eventId: number, ticketCodes: readonly string[]): Promise<string[]> {
  if (ticketCodes.length === 0) return []
  const revoked = new Set<bigint>()
  for (let after = 0; ; ) {
    const { list, through, latest } = (await core.list_revocations({ path: { eventId }, query: { after } })).data
    const parsed = parseRevocations(list)
    if (!parsed) throw new ForeignAnswer(`${url} answered with an invalid list of revoked codes.`)
    for (const code of parsed.retired.keys()) revoked.add(code)
    if (through >= latest || through <= after) break
    after = through
  }
  return ticketCodes.filter((code) => revoked.has(Buffer.from(packTicketCode(code)).readBigUInt64BE()))
}

const columns = ['guestId', 'lastName', 'firstName', 'ticketCode', 'file']

/**
 * Lists the tickets of a batch in a CSV file, in request order; `file` is empty for a ticket without one. A `'`
 * precedes cells that a spreadsheet would run as a formula (OWASP, "CSV Injection").
 */
async function writeManifest(path: string, tickets: readonly BatchTicket[], folder: PdfFolder): Promise<void> {
  const rows = tickets.map(({ guestId, lastName, firstName, ticketCode }) => [
    guestId,
    lastName,
    firstName,
    ticketCode,
    ticketCode === null ? '' : folder.fileOf(ticketCode),
  ])
  await writeAtomically(path, stringify(rows, { header: true, columns, escape_formulas: true }))
}
