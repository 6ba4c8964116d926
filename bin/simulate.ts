import { stages } from '../lib/stage.ts'
import { type LimitUse, type Moment, type Run, simulateBatches } from './simulation/simulate-batches.ts'
import { flag, integerOption, option } from './tickets/options.ts'
import { runProgram } from './tickets/program.ts'

const { normal: renderers } = stages.production.concurrency.sources

await runProgram(
  {
    usage: 'npm run simulate --',
    description: 'Simulates how batches run through the limits of the production stage and of AWS, from measured times.',
    notes: ['Measured times are in bin/cost/workload.ts, the limits of AWS in bin/simulation/simulate-batches.ts.'],
    examples: ['npm run simulate', 'npm run simulate -- --tickets 500000 --renderers 12'],
  },
  {
    tickets: option(integerOption(1, 100_000_000).default(1_000_000), '<number>', 'tickets in all (default: 1000000)'),
    batch: option(integerOption(1, 500_000).default(50_000), '<tickets>', 'tickets in a batch (default: 50000)'),
    renderers: option(
      integerOption(1, 1000).default(renderers),
      '<number>',
      `concurrent renderers of batches (default: ${renderers}, as in lib/stage.ts)`,
    ),
    json: flag('write every second as JSON'),
  },
  ({ json, tickets, batch, renderers }) => {
    const run = simulateBatches(stages.production, { tickets, ticketsPerBatch: batch, renderers })
    process.stdout.write(`${json ? JSON.stringify(run) : describe(run)}\n`)
  },
)

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
    `All tickets are generated after ${timeOf(seconds)}. The limiting factor: ${bound}.`,
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
