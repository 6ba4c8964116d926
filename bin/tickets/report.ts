import { CommandFailure, type Detail, type ExitCode, exitCodes, messageOf } from './failures.ts'
import { writeJson, writeLines } from './terminal.ts'

/** The result of a command: lines for people, data for programs, and the exit status. */
export interface CommandResult {
  lines: readonly string[]
  data: unknown
  exitCode: ExitCode
}

/** Makes the result of a command that did all it was asked for. */
export function done(lines: readonly string[], data: unknown): CommandResult {
  return { lines, data, exitCode: exitCodes.done }
}

/** The style of a report: JSON, or text that `isQuiet` suppresses unless the command failed. */
export interface ReportStyle {
  isJson: boolean
  isQuiet: boolean
}

/** Writes the result of a command. */
export function reportResult({ lines, data, exitCode }: CommandResult, { isJson, isQuiet }: ReportStyle): void {
  if (isJson) writeJson(process.stdout, data)
  else if (!isQuiet) writeLines(process.stdout, lines)
  else if (exitCode !== exitCodes.done) writeLines(process.stderr, lines)
}

/** Reports the failure of a command, and returns its exit status. */
export function reportFailure(error: unknown, { isJson }: Pick<ReportStyle, 'isJson'> = { isJson: false }): ExitCode {
  const { message, code, details, detailCount, hint } = describeFailure(error)
  if (isJson) writeJson(process.stdout, { error: { code, message, details, detailCount, hint: hint?.join('\n') } })
  const more = detailCount - details.length
  writeLines(process.stderr, [
    message,
    ...details.map((detail) => `  ${describeDetail(detail)}`),
    ...(more > 0 ? [`  and ${more.toLocaleString('en')} more`] : []),
    ...(hint ?? []),
  ])
  return error instanceof CommandFailure ? error.exitCode : exitCodes.incomplete
}

function describeFailure(error: unknown): Pick<CommandFailure, 'message' | 'code' | 'details' | 'detailCount' | 'hint'> {
  if (error instanceof CommandFailure) return error
  const message = `Internal error of the command: ${messageOf(error)}`
  return { message, code: 'COMMAND_FAILED', details: [], detailCount: 0, hint: undefined }
}

function describeDetail({ line, path, problem }: Detail): string {
  const place = [line === undefined ? '' : `line ${line}`, path === 'line' ? '' : path].filter(Boolean).join(', ')
  return place ? `${place}: ${problem}` : problem
}
