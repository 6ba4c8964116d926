import * as z from 'zod'
import { stages } from '../lib/stage.ts'
import { type LimitUse, type Moment, type Run, simulateBatches } from './simulation/simulate-batches.ts'
import { parseOptions, readArguments } from './tickets/options.ts'
import { reportFailure } from './tickets/report.ts'

const usage = `Usage: npm run simulate -- [--tickets <number>] [--batch <tickets>] [--renderers <number>] [--json]

Simulates how batches run through the limits of the production stage and of AWS, from measured times.
  --tickets <number>    tickets in all (default: 1000000)
  --batch <tickets>     tickets in a batch (default: 50000)
  --renderers <number>  concurrent renderers of batches (default: ${stages.production.concurrency.sources.normal}, as in lib/stage.ts)
  --json                write every second as JSON

Measured times are in bin/cost/workload.ts, the limits of AWS in bin/simulation/limits.ts.`

const options = {
  tickets: { type: 'string', default: '1000000' },
  batch: { type: 'string', default: '50000' },
  renderers: { type: 'string', default: String(stages.production.concurrency.sources.normal) },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const
const count = (most: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,8}$/, `must be a number from 1 to ${most.toLocaleString('en')}`)
    .transform(Number)
    .refine((value) => value <= most, `must be a number from 1 to ${most.toLocaleString('en')}`)
const schema = z.object({
  tickets: count(100_000_000),
  batch: count(500_000),
  renderers: count(1000),
  json: z.boolean(),
  help: z.boolean(),
})

try {
  const { help, json, tickets, batch, renderers } = parseOptions(schema, readArguments(options))
  const run = help ? undefined : simulateBatches(stages.production, { tickets, ticketsPerBatch: batch, renderers })
  process.stdout.write(`${run ? (json ? JSON.stringify(run) : describe(run)) : usage}\n`)
} catch (error) {
  process.exitCode = reportFailure(error)
}

function describe({ moments, uses, bound }: Run): string {
  const seconds = moments.length
  const everySeconds = [1, 10, 30, 60, 300, 600, 3600, 86_400].find((step) => seconds / step <= 20) ?? 86_400
  const shown = moments.filter((moment) => moment.seconds % everySeconds === 0 || moment.seconds === seconds)
  return [
    row('time', 'accepted', 'prepared', 'generated', 'renderers', 'tickets/s'),
    ...shown.map((moment, index) => describeMoment(moment, shown[index - 1])),
    '',
    'Most used of each limit',
    ...uses.map(describeUse),
    '',
    `All tickets are generated after ${timeOf(seconds)}. The limit that decided: ${bound}.`,
  ].join('\n')
}

function describeMoment(
  moment: Moment,
  before: Moment = { seconds: 0, accepted: 0, prepared: 0, generated: 0, renderers: 0 },
): string {
  const rate = (moment.generated - before.generated) / (moment.seconds - before.seconds)
  return row(
    timeOf(moment.seconds),
    ...[moment.accepted, moment.prepared, moment.generated, moment.renderers, rate].map((value) =>
      Math.round(value).toLocaleString('en'),
    ),
  )
}

function describeUse({ name, peak, limit }: LimitUse): string {
  const format = (value: number) => value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 1 : 0 })
  return `  ${name.padEnd(26)}${format(peak).padStart(8)} of ${format(limit).padStart(8)}  ${((100 * peak) / limit).toFixed(0).padStart(4)} %`
}

function row(time: string, ...cells: string[]): string {
  return `  ${time.padEnd(12)}${cells.map((cell) => cell.padStart(12)).join('')}`
}

function timeOf(seconds: number): string {
  const parts = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60]
  return parts.map((part) => String(part).padStart(2, '0')).join(':')
}
