#!/usr/bin/env node
import { Command } from 'commander'
import packageFile from '../package.json' with { type: 'json' }
import { cancelBatch, downloadBatch, retryBatch, showStatus } from './tickets/batch-commands.ts'
import { showDashboard } from './tickets/dashboard-command.ts'
import { listEvents, listGuests, listTemplates, makeDoor, showAttendance } from './tickets/event-commands.ts'
import { exitCodes } from './tickets/failures.ts'
import { keysCommand } from './tickets/keys.ts'
import { showNotices } from './tickets/notices-command.ts'
import { printableOutput, setExitCode } from './tickets/program.ts'
import { sendBatch } from './tickets/send-batch-command.ts'
import { serveStudio } from './tickets/studio-command.ts'
import { writeLines } from './tickets/terminal.ts'
import { checkInTicket, generateTicket, reissueTicket, revokeTicket, validateTicket } from './tickets/ticket-commands.ts'

process.stdout.on('error', reportLostOutput)
process.stderr.on('error', () => undefined)

const commands = [
  ...[sendBatch, showStatus, retryBatch, cancelBatch, downloadBatch],
  ...[generateTicket, validateTicket, revokeTicket, reissueTicket, checkInTicket],
  ...[makeDoor, listEvents, listGuests, showAttendance, listTemplates],
  ...[showDashboard, showNotices, serveStudio, keysCommand()],
]

await setExitCode(async () => {
  const program = new Command('tickets')
    .description('Generate personalised PDF tickets with the Ticket Generator Service.')
    .version(packageFile.version)
    .exitOverride()
    .configureOutput(printableOutput)
    .addHelpText('after', help)
  for (const command of commands) program.addCommand(command)
  await program.parseAsync()
})

/** Ignores a closed pipe, and fails the command for lost output, such as on a full disk. */
function reportLostOutput(error: Error & { code?: string }): void {
  if (error.code === 'EPIPE') return
  writeLines(process.stderr, [`The result could not be written: ${error.message}.`])
  process.once('exit', () => {
    process.exitCode ||= exitCodes.incomplete
  })
}

function help(): string {
  return `
"npx tickets <command> --help" explains a command, with examples.

Examples:
  npx tickets batch --event 456 --guests guests.csv --out tickets/
  npx tickets status batch-789 --follow

Exit status:
  ${exitCodes.done}    success: every ticket was generated, or none has failed so far in a batch in progress
  ${exitCodes.incomplete}    some tickets failed (listed), the code is not valid, the service refused, or a file cannot be written
  ${exitCodes.badInput}    an option or a file is invalid; nothing was sent
  ${exitCodes.unreachable}    the service cannot be reached
  ${exitCodes.interrupted}  Ctrl-C; a batch that was sent continues`
}
