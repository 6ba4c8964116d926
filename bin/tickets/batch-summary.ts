import type { BatchStatus, BatchTicket } from './batch-pages.ts'
import { exitCodes } from './failures.ts'
import type { FolderReport } from './pdf-folder.ts'
import { formatCount, formatSeconds } from './progress-line.ts'
import type { CommandResult } from './report.ts'

/** A batch that has ended: its counts, the tickets that were not generated, and the downloads. */
export interface BatchOutcome {
  status: Omit<BatchStatus, 'tickets' | 'nextCursor'>
  notGenerated: BatchTicket[]
  folder: FolderResult | undefined
}

/**
 * The files of a folder, and the number of generated tickets without one: revoked, or reissued with a code that
 * is not printed yet.
 */
export interface FolderResult {
  path: string
  manifest: string | undefined
  report: FolderReport
  revokedCount: number
  unprintedCount: number
}

const maxExamples = 5
const maxGroups = 20

/**
 * Summarizes a batch that has ended; `retry` is the command line that retries its failed tickets. The exit
 * status is `done` if every ticket was generated and every requested file downloaded.
 */
export function summarize({ status, notGenerated, folder }: BatchOutcome, retry: string): CommandResult {
  const failures = notGenerated.filter((ticket) => ticket.status === 'failed')
  const seconds = secondsOf(status)
  const failedFiles = folder?.report.failures ?? []
  const isComplete = status.generatedCount === status.totalCount && failedFiles.length === 0 && !folder?.unprintedCount
  return {
    lines: [
      headline(status, seconds),
      ...describeFailures(failures),
      ...(folder ? describeFolder(folder) : []),
      ...(failures.length > 0 ? [`Retry the failed tickets: ${retry}`] : []),
    ],
    data: {
      ...status,
      seconds,
      ticketsPerSecond: rateOf(status, seconds),
      failures: failures.map(describeFailure),
      files: folder,
    },
    exitCode: isComplete ? exitCodes.done : exitCodes.incomplete,
  }
}

type Status = BatchOutcome['status']

function headline(status: Status, seconds: number | null): string {
  const { generatedCount, failedCount, cancelledCount } = status
  const rate = rateOf(status, seconds)
  const parts = [
    `${formatCount(generatedCount)} generated`,
    failedCount > 0 ? `${formatCount(failedCount)} failed` : '',
    cancelledCount > 0 ? `${formatCount(cancelledCount)} cancelled` : '',
  ]
  const time = seconds === null ? '' : ` in ${formatDuration(seconds)}${rate ? `, ${rate} tickets/s` : ''}`
  return `${parts.filter(Boolean).join(', ')}${time} (batch ${status.batchId}).`
}

/** Computes the duration of a batch by the service's clock. */
function secondsOf({ startedAt, completedAt }: Status): number | null {
  return completedAt ? (Date.parse(completedAt) - Date.parse(startedAt)) / 1000 : null
}

function rateOf({ generatedCount }: Status, seconds: number | null): number | null {
  return seconds ? Math.round((generatedCount / seconds) * 10) / 10 : null
}

function formatDuration(seconds: number): string {
  return seconds < 60 ? `${seconds.toFixed(1)} s` : formatSeconds(seconds)
}

/** Groups failures by code and fields, so that a thousand guests with the same error take one line. */
function describeFailures(failures: readonly BatchTicket[]): string[] {
  const groups = [...Map.groupBy(failures, ({ error }) => JSON.stringify([error?.code, error?.details ?? error?.message]))]
  const more = groups.length - maxGroups
  return [
    ...groups.slice(0, maxGroups).flatMap(([, group]) => describeGroup(group)),
    ...(more > 0 ? [`  and ${formatCount(more)} other reasons: --json lists all of them`] : []),
  ]
}

function describeGroup(group: readonly BatchTicket[]): string[] {
  const error = group[0]?.error
  const guests = group.slice(0, maxExamples).map(({ guestId }) => guestId)
  const more = group.length > guests.length ? ` and ${formatCount(group.length - guests.length)} more` : ''
  const who = `guest${group.length > 1 ? 's' : ''} ${guests.join(', ')}${more}`
  return [
    `  ${formatCount(group.length)} ${error?.code ?? 'UNKNOWN'} (${who}): ${error?.message ?? ''}`,
    ...(error?.details ?? []).slice(0, maxExamples).map(({ path, problem }) => `    ${path}: ${problem}`),
  ]
}

function describeFailure({ guestId, ticketCode, error }: BatchTicket) {
  const { code = 'UNKNOWN', message = '', details = [] } = error ?? {}
  return { guestId, ticketCode, code, message, details }
}

function describeFolder({ path, report, manifest, ...missing }: NonNullable<BatchOutcome['folder']>): string[] {
  const parts = [
    `${countPdfs(report.savedCount)} saved in ${path}`,
    report.replacedCount > 0 ? `${formatCount(report.replacedCount)} replaced` : '',
    report.unchangedCount > 0 ? `${formatCount(report.unchangedCount)} unchanged` : '',
    report.removedCount > 0 ? `${formatCount(report.removedCount)} removed, whose codes are no longer valid` : '',
    report.failures.length > 0 ? `${formatCount(report.failures.length)} could not be downloaded` : '',
  ]
  return [
    `${parts.filter(Boolean).join(', ')}.`,
    ...report.failures.slice(0, maxExamples).map(({ ticketCode, message }) => `  ${ticketCode}: ${message}`),
    ...(missing.revokedCount > 0 ? [`${countTickets(missing.revokedCount)} no file: revoked.`] : []),
    ...(missing.unprintedCount > 0
      ? [`${countTickets(missing.unprintedCount)} no file: reissued, and the new code is not printed yet. Try again in a minute.`]
      : []),
    ...(manifest === undefined ? [] : [`${manifest} lists guests, codes and files.`]),
  ]
}

function countPdfs(count: number): string {
  return count === 1 ? '1 PDF' : `${formatCount(count)} PDFs`
}

function countTickets(count: number): string {
  return count === 1 ? '1 ticket has' : `${formatCount(count)} tickets have`
}
