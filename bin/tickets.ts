#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command, CommanderError, Option } from 'commander'
import * as z from 'zod'
import { variables } from '../functions/contract/environment.ts'
import { cancelBatch, retryBatch, sendBatch, showStatus } from './tickets/batch-commands.ts'
import { showDashboard } from './tickets/dashboard-command.ts'
import { exitCodes } from './tickets/failures.ts'
import { generateTicket } from './tickets/generate-command.ts'
import { keysCommand } from './tickets/keys.ts'
import { runWork, type Work } from './tickets/session.ts'
import { validateTicket } from './tickets/validate-command.ts'

const defaultUrl = variables.PUBLIC_URL.schema.parse(undefined)

process.stdout.on('error', noteLoss)
process.stderr.on('error', () => undefined)

const follow = ['--follow', 'stay until the batch has ended, with a progress bar'] as const
const out = ['--out <folder>', 'fetch the PDFs into this folder while the batch goes on; files that are there are kept'] as const

const commands = [
  define('batch', 'make a ticket for every guest of a CSV file', sendBatch)
    .requiredOption('--event <id>', 'the event')
    .requiredOption('--guests <file>', 'CSV file with the columns guestId, firstName, lastName, … ("-": standard input)')
    .option('--event-file <file>', 'JSON file of the event, to register it first')
    .option('--template <id>', 'the template (default: 1)')
    .option(...out)
    .option('--batch-id <id>', 'id of the batch; sending it again goes on with the same batch (default: a new one)')
    .option('--priority <priority>', 'high or normal', 'normal'),
  define('status <batchId>', 'tell how a batch stands', showStatus)
    .option(...follow)
    .option(...out),
  define('retry <batchId>', 'queue the failed tickets of a batch again', retryBatch)
    .option(...follow)
    .option(...out),
  define('cancel <batchId>', 'stop what has not been printed of a batch', cancelBatch),
  define('generate', 'make one ticket now', generateTicket)
    .requiredOption('--event <id>', 'the event')
    .requiredOption('--guest <id>', 'the guest, registered for the event')
    .option('--template <id>', 'the template (default: 1)')
    .option('--out <file>', 'save the PDF in this file'),
  define('validate <code>', 'tell whether a ticket code, or the text of a QR code, is good', validateTicket),
  define('dashboard', 'draw what the service on this machine does: traffic, times, queues, alarms', showDashboard)
    .addOption(stateOption())
    .option('--minutes <minutes>', 'how far back', '30')
    .option('--once', 'draw once and end, as where standard output is no terminal'),
  keysCommand(define),
]

await main()

/** Sets the exit status only, so that what was written reaches a pipe. */
async function main(): Promise<void> {
  const program = new Command('tickets')
    .description('Make personalised PDF tickets through the Ticket Generator Service.')
    .version(readVersion())
    .exitOverride()
    .addHelpText('after', help)
  for (const command of commands) program.addCommand(command)
  try {
    await program.parseAsync()
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.badInput
  }
}

/** A pipe that nobody reads any more is no reason to fail; a disk that is full is one, whatever the command has come to. */
function noteLoss(error: Error & { code?: string }): void {
  if (error.code === 'EPIPE') return
  process.stderr.write(`The result cannot be written: ${error.message}.\n`)
  process.once('exit', () => {
    process.exitCode ||= exitCodes.incomplete
  })
}

function define<Input extends z.ZodType>(usage: string, description: string, work: Work<Input>): Command {
  const command = new Command(usage.split(' ', 1)[0]).description(description).exitOverride()
  for (const name of usage.split(' ').slice(1)) command.argument(name)
  return command
    .addOption(new Option('--url <url>', 'address of the service').env('TICKETS_URL').default(defaultUrl))
    .option('--region <region>', 'sign the calls for AWS in this region (default: that of an execute-api address; else unsigned)')
    .option('--patience <seconds>', 'how long to go on while the service does not answer', '120')
    .option('--json', 'write the result as JSON')
    .option('--quiet', 'write nothing unless something is wrong')
    .action(async () => {
      const names = command.registeredArguments.map((argument, index) => [argument.name(), command.args[index]])
      process.exitCode = await runWork(work, { ...command.opts(), ...Object.fromEntries(names) }, defaultUrl)
    })
}

function stateOption(): Option {
  const option = new Option('--state <folder>', 'state folder of the local server').env('LOCAL_STATE_DIR')
  return option.default(variables.LOCAL_STATE_DIR.schema.parse(undefined))
}

function readVersion(): string {
  const text = readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version
}

function help(): string {
  return `
Examples:
  npx tickets batch --event 456 --guests guests.csv --out tickets
  npx tickets status batch-789 --follow

Exit status:
  ${exitCodes.done}    it is done: of a batch that has ended, every ticket was generated; of one that goes on, none has failed yet
  ${exitCodes.incomplete}    some failed (they are listed), the code is not good, the service refused, or the result cannot be written
  ${exitCodes.badInput}    the command line or a file cannot be used; nothing was sent
  ${exitCodes.unreachable}    the service could not be reached
  ${exitCodes.interrupted}  Ctrl-C; a batch that was sent goes on`
}
