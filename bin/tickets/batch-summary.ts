import type { BatchOutcome } from './batch-follower.ts'
import type { BatchTicket } from './batch-pages.ts'
import { type ExitCode, exitCodes } from './failures.ts'
import { formatCount, formatSeconds } from './progress-line.ts'

/** Is what a command has to say at its end: text for a person, data for a program, and the exit status. */
export interface CommandResult {
  text: string
  data: unknown
  exitCode: ExitCode
}

const mostExamples = 5

/**
 * Sums up a batch that has ended; `retry` is the command line that tries the failed tickets again. The exit status says whether every
 * ticket was generated and, where wanted, every file fetched.
 */
export function summarize({ status, unmade, folder }: BatchOutcome, retry: string): CommandResult {
  const failures = unmade.filter((ticket) => ticket.status === 'failed')
  const seconds = secondsOf(status)
  const lostFiles = folder?.report.failures ?? []
  const lines = [
    headline(status, seconds),
    ...groupBy(failures, ({ error }) => error?.code ?? 'UNKNOWN').map(([code, group]) => describeGroup(code, group)),
    ...(folder ? [describeFolder(folder)] : []),
    ...lostFiles.slice(0, mostExamples).map(({ ticketCode, message }) => `  ${ticketCode}: ${message}`),
    ...(failures.length > 0 ? [`Try the failed ones again: ${retry}`] : []),
  ]
  return {
    text: lines.join('\n'),
    data: {
      ...status,
      seconds,
      ticketsPerSecond: rateOf(status, seconds),
      failures: failures.map(describeFailure),
      files: folder,
    },
    exitCode: status.generatedCount === status.totalCount && lostFiles.length === 0 ? exitCodes.done : exitCodes.incomplete,
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

/** Measures a batch by the service's own clock. */
function secondsOf({ startedAt, completedAt }: Status): number | null {
  return completedAt ? (Date.parse(completedAt) - Date.parse(startedAt)) / 1000 : null
}

function rateOf({ generatedCount }: Status, seconds: number | null): number | null {
  return seconds ? Math.round((generatedCount / seconds) * 10) / 10 : null
}

function formatDuration(seconds: number): string {
  return seconds < 60 ? `${seconds.toFixed(1)} s` : formatSeconds(seconds)
}

function describeGroup(code: string, group: readonly BatchTicket[]): string {
  const guests = group.slice(0, mostExamples).map(({ guestId }) => guestId)
  const more = group.length > guests.length ? ` and ${formatCount(group.length - guests.length)} more` : ''
  const who = `guest${group.length > 1 ? 's' : ''} ${guests.join(', ')}${more}`
  return `  ${formatCount(group.length)} ${code} (${who}): ${group[0]?.error?.message ?? ''}`
}

function describeFailure({ guestId, ticketCode, error }: BatchTicket) {
  return { guestId, ticketCode, code: error?.code ?? 'UNKNOWN', message: error?.message ?? '' }
}

function describeFolder({ path, report }: NonNullable<BatchOutcome['folder']>): string {
  const parts = [
    `${formatCount(report.savedCount)} PDF${report.savedCount === 1 ? '' : 's'} saved in ${path}`,
    report.skippedCount > 0 ? `${formatCount(report.skippedCount)} were there already` : '',
    report.failures.length > 0 ? `${formatCount(report.failures.length)} could not be fetched` : '',
  ]
  return `${parts.filter(Boolean).join(', ')}.`
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): [string, T[]][] {
  return [...Map.groupBy(items, keyOf)]
}
