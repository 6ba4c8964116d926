#!/usr/bin/env node
import { Command, CommanderError, Option } from 'commander'
import { variables } from '../functions/contract/environment.ts'
import packageFile from '../package.json' with { type: 'json' }
import { cancelBatch, retryBatch, showStatus } from './tickets/batch-commands.ts'
import { defineCommand, printableOutput } from './tickets/command.ts'
import {
  checkInTicket,
  downloadBatch,
  listEvents,
  listGuests,
  listTemplates,
  makeDoor,
  reissueTicket,
  revokeTicket,
  showAttendance,
} from './tickets/core-commands.ts'
import { showDashboard } from './tickets/dashboard-command.ts'
import { exitCodes } from './tickets/failures.ts'
import { keysCommand } from './tickets/keys.ts'
import { showNotices } from './tickets/notices-command.ts'
import { sendBatch } from './tickets/send-batch-command.ts'
import { serveStudio } from './tickets/studio-command.ts'
import { writeLines } from './tickets/terminal.ts'
import { generateTicket, validateTicket } from './tickets/ticket-commands.ts'

process.stdout.on('error', reportLostOutput)
process.stderr.on('error', () => undefined)

const follow = ['--follow', 'wait for the batch to end, with a progress bar'] as const
const out = ['--out <folder>', 'save the PDFs in this folder as they are printed; outdated files are replaced'] as const
const manifest = ['--manifest <file>', 'with --out: write a CSV file that lists each guest, ticket code and file name'] as const

const commands = [
  defineCommand(
    {
      usage: 'batch',
      description: 'Generate a ticket for every guest in a CSV file.',
      examples: [
        'batch --event 456 --guests guests.csv --out tickets/',
        'batch --event 456 --guests guests.csv --event-file event.json --template 2',
        'batch --event 456 --guests guests.csv --out tickets/ --manifest tickets.csv --batch-id gala-2026',
      ],
      notes: [
        'The first line of the CSV file names the columns guestId, firstName and lastName; email, ticketType and locale are optional.',
        'Any other column becomes data for the template. UTF-8 or UTF-16; commas, semicolons, tabs or | between cells.',
        '',
        'A ticket is saved as 0001-<last name>-<first name>-<ticket code>.pdf, numbered as in the CSV file.',
      ],
    },
    sendBatch,
  )
    .requiredOption('--event <id>', 'id of the event')
    .requiredOption('--guests <file>', 'CSV file of the guests; "-" for the standard input')
    .option('--event-file <file>', 'JSON file of the event, to register the event first')
    .option('--template <id>', 'id of the template (default: 1)')
    .option(...out)
    .option(...manifest)
    .option('--batch-id <id>', 'id of the batch; sending the same batch twice generates its tickets once (default: a new id)')
    .option('--priority <priority>', 'high or normal', 'normal'),
  defineCommand(
    {
      usage: 'status <batchId>',
      description: 'Show the progress of a batch, follow it, and save its PDFs.',
      examples: ['status batch-789', 'status batch-789 --follow', 'status batch-789 --out tickets/ --manifest tickets.csv'],
      notes: ['With --out, a reissued ticket is saved with its new code, and the file of its former code is removed.'],
    },
    showStatus,
  )
    .option(...follow)
    .option(...out)
    .option(...manifest),
  defineCommand(
    {
      usage: 'retry <batchId>',
      description: 'Queue the failed tickets of a batch again.',
      examples: ['retry batch-789', 'retry batch-789 --out tickets/'],
    },
    retryBatch,
  )
    .option(...follow)
    .option(...out)
    .option(...manifest),
  defineCommand(
    {
      usage: 'cancel <batchId>',
      description: 'Cancel the tickets of a batch that are not printed yet.',
      examples: ['cancel batch-789'],
    },
    cancelBatch,
  ),
  defineCommand(
    {
      usage: 'generate',
      description: 'Generate one ticket now, for a registered guest.',
      examples: ['generate --event 456 --guest 123', 'generate --event 456 --guest 123 --out ticket.pdf'],
    },
    generateTicket,
  )
    .requiredOption('--event <id>', 'id of the event')
    .requiredOption('--guest <id>', 'id of a guest registered for the event')
    .option('--template <id>', 'id of the template (default: 1)')
    .option('--out <file>', 'save the PDF in this file'),
  defineCommand(
    {
      usage: 'validate <code>',
      description: 'Check a ticket code, or the text of a QR code. Nobody is checked in.',
      examples: ['validate TC-2026-7ZK3M9QX4T2B', "validate 'TK1:…'   (the text that a scanner reads from the QR code)"],
    },
    validateTicket,
  ),
  defineCommand(
    {
      usage: 'revoke <ticketId>',
      description: 'Revoke a ticket for good: its code admits nobody any more.',
      examples: ['revoke 789'],
    },
    revokeTicket,
  ),
  defineCommand(
    {
      usage: 'reissue <ticketId>',
      description: 'Replace a ticket by one with a new code; the former code admits nobody any more.',
      examples: ['reissue 789'],
    },
    reissueTicket,
  ),
  defineCommand(
    {
      usage: 'check-in <ticketId>',
      description: 'Check a ticket in, or out.',
      examples: ['check-in 789 --gate North', 'check-in 789 --out', 'check-in 789 --undo'],
    },
    checkInTicket,
  )
    .option('--gate <gate>', 'the gate, for the record')
    .option('--device <device>', 'the device, for the record')
    .option('--out', 'the guest leaves')
    .option('--undo', 'take the last one back'),
  defineCommand(
    {
      usage: 'download <batchId>',
      description: 'Download all tickets of a batch as one PDF or ZIP file.',
      examples: ['download batch-789', 'download batch-789 --format zip --out tickets.zip'],
    },
    downloadBatch,
  )
    .option('--format <format>', 'pdf or zip', 'pdf')
    .option('--out <file>', 'the file to write (default: <batchId>.pdf or .zip)'),
  defineCommand(
    {
      usage: 'door',
      description: 'Make a door pass: a link whose holder can scan tickets of one event.',
      examples: ["door --event 456 --label 'North gate'", 'door --event 456 --label Bar --expires 2026-06-12T23:00:00+02:00'],
    },
    makeDoor,
  )
    .requiredOption('--event <id>', 'id of the event')
    .requiredOption('--label <label>', 'name of the door')
    .option('--expires <time>', 'when the pass ends, like 2026-06-12T23:00:00+02:00 (default: in a day)')
    .option('--guest-list', 'the pass may also find guests by name, and keep the guest list for when there is no network'),
  defineCommand({ usage: 'events', description: 'List the events.', examples: ['events', 'events --json'] }, listEvents),
  defineCommand(
    {
      usage: 'guests',
      description: 'List or search the guests of an event.',
      examples: ['guests --event 456', 'guests --event 456 --search lovelace'],
    },
    listGuests,
  )
    .requiredOption('--event <id>', 'id of the event')
    .option('--search <text>', 'the beginning of a name, an e-mail address or a ticket code'),
  defineCommand(
    { usage: 'attendance', description: 'Show how many guests of an event have come.', examples: ['attendance --event 456'] },
    showAttendance,
  ).requiredOption('--event <id>', 'id of the event'),
  defineCommand({ usage: 'templates', description: 'List the templates.', examples: ['templates'] }, listTemplates),
  defineCommand(
    {
      usage: 'dashboard',
      description: 'Draw a dashboard of the local service: traffic, times, queues and alarms.',
      examples: ['dashboard', 'dashboard --once --minutes 60'],
    },
    showDashboard,
  )
    .addOption(stateOption())
    .option('--minutes <minutes>', 'minutes to show, 1 to 120', '30')
    .option('--once', 'draw once and exit, as without a terminal'),
  defineCommand(
    {
      usage: 'notices',
      description: 'List the last notices of changes that the local service has sent to its subscribers.',
      examples: ['notices', 'notices --follow', 'notices --follow --json'],
    },
    showNotices,
  ).option('--follow', 'print each notice as it is sent, until Ctrl-C'),
  defineCommand(
    {
      usage: 'studio',
      description: 'Open the studio on this machine, to design the templates of a service; its calls are signed for AWS.',
      examples: [
        'studio --url https://abc123.execute-api.eu-west-3.amazonaws.com/prod',
        'studio --url https://tickets.example.com --region eu-west-3 --read-only',
      ],
    },
    serveStudio,
  )
    .option('--port <port>', 'port of this machine to serve it on; 0 takes a free one', '3010')
    .option('--read-only', 'look, check and preview; save, archive and restore nothing'),
  keysCommand(),
]

await main()

/** Sets the exit status without exiting, so that pending output reaches a pipe. */
async function main(): Promise<void> {
  const program = new Command('tickets')
    .description('Generate personalised PDF tickets with the Ticket Generator Service.')
    .version(packageFile.version)
    .exitOverride()
    .configureOutput(printableOutput)
    .addHelpText('after', help)
  for (const command of commands) program.addCommand(command)
  try {
    await program.parseAsync()
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.badInput
  }
}

/** Ignores a closed pipe, and fails the command for lost output, such as on a full disk. */
function reportLostOutput(error: Error & { code?: string }): void {
  if (error.code === 'EPIPE') return
  writeLines(process.stderr, [`The result could not be written: ${error.message}.`])
  process.once('exit', () => {
    process.exitCode ||= exitCodes.incomplete
  })
}

function stateOption(): Option {
  const option = new Option('--state <folder>', 'state folder of the local server').env('LOCAL_STATE_DIR')
  return option.default(variables.LOCAL_STATE_DIR.schema.parse(undefined))
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
