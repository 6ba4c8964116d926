import { parseArgs } from 'node:util'
import * as z from 'zod'
import { stages } from '../lib/stage.ts'
import { type CostLine, sum } from './cost/cost-line.ts'
import { fixedCost } from './cost/fixed-cost.ts'
import { listedIn, prices } from './cost/prices.ts'
import { batchCost, longestRenderMs, mostForThousand, singleCost } from './cost/ticket-cost.ts'
import { workload } from './cost/workload.ts'

const usage = `Usage: npm run cost -- [--batch <tickets>] [--render-ms <ms>] [--json]

Prints what a month costs on AWS: fixed, by stage, and for 1,000 tickets when 10,000 and 1,000,000 are made a month.
  --batch <tickets>  size of a batch (default: 10000)
  --render-ms <ms>   time of a renderer for a ticket (default: ${workload.renderMs}, as measured)
  --json             as JSON, with every line
Prices stand in bin/cost/prices.ts, what a ticket takes in bin/cost/workload.ts, sizes in lib/stage.ts.`

const options = {
  batch: { type: 'string', default: '10000' },
  'render-ms': { type: 'string', default: String(workload.renderMs) },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const
const schema = z.object({
  batch: z.coerce.number('must be a number of tickets').int('must be a whole number').min(1, 'must be at least 1'),
  'render-ms': z.coerce.number('must be a number of milliseconds').positive('must be more than 0'),
  json: z.boolean(),
  help: z.boolean(),
})
const volumes = [10_000, 1_000_000]

main()

function main(): void {
  const parsed = read()
  if (typeof parsed === 'string') {
    process.stderr.write(`${parsed}\n\n${usage}\n`)
    process.exitCode = 2
  } else if (parsed.help) process.stdout.write(`${usage}\n`)
  else {
    const bill = reckon(parsed.batch, parsed['render-ms'])
    process.stdout.write(`${parsed.json ? JSON.stringify({ ...bill, prices, listedIn }) : describe(bill)}\n`)
  }
}

function read(): z.output<typeof schema> | string {
  try {
    const parsed = schema.safeParse(parseArgs({ options }).values)
    return parsed.data ?? parsed.error?.issues.map(({ path, message }) => `--${path.join('.')} ${message}.`).join('\n') ?? ''
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

type Bill = ReturnType<typeof reckon>

function reckon(batchTickets: number, renderMs: number) {
  const stage = stages.production
  const fixed = [stages.dev, stages.production].map((each) => ({
    stage: each.name,
    lines: fixedCost(each),
    dollars: sum(fixedCost(each)),
  }))
  const batch = batchCost(stage, { batchTickets, renderMs })
  const single = singleCost(stage)
  const standing = sum(fixedCost(stage))
  return {
    batchTickets,
    renderMs,
    fixed,
    batch: { lines: batch, dollars: sum(batch) },
    single: { lines: single, dollars: sum(single) },
    most: mostForThousand,
    isReached: sum(batch) <= mostForThousand,
    longestRenderMs: longestRenderMs(stage, batchTickets),
    volumes: volumes.map((tickets) => ({
      tickets,
      withFixed: sum(batch) + (standing * 1000) / tickets,
      month: standing + (sum(batch) * tickets) / 1000,
    })),
  }
}

function describe(bill: Bill): string {
  const { region, asOf, note } = listedIn
  return [
    `AWS list prices of ${region} as of ${asOf}, ${note}; compare before you rely on them.`,
    ...bill.fixed.flatMap(({ stage, lines, dollars }) => table(`Fixed, a month, stage ${stage}`, lines, dollars, 2)),
    ...table(
      `1,000 tickets in batches of ${bill.batchTickets.toLocaleString('en')}, ${bill.renderMs} ms each`,
      bill.batch.lines,
      bill.batch.dollars,
      6,
    ),
    ...table('1,000 tickets one by one', bill.single.lines, bill.single.dollars, 6),
    '',
    ...bill.volumes.map(({ tickets, withFixed, month }) => {
      const count = tickets.toLocaleString('en')
      return `${count} tickets a month on production: $${month.toFixed(2)}; 1,000 cost $${bill.batch.dollars.toFixed(4)} beyond fixed cost, $${withFixed.toFixed(4)} with their share of it.`
    }),
    '',
    verdict(bill),
  ].join('\n')
}

function table(title: string, lines: CostLine[], total: number, digits: number): string[] {
  const row = (what: string, units: string, price: string, dollars: number) =>
    `  ${what.padEnd(38)}${units.padStart(14)}  ${price.padEnd(64)}${`$${dollars.toFixed(digits)}`.padStart(10)}`
  const rows = lines.map(({ what, price, units, dollars }) => {
    const { dollars: each, per, unit } = prices[price]
    return row(
      what,
      units.toLocaleString('en', { maximumSignificantDigits: 4 }),
      `at $${each} for ${per.toLocaleString('en')} ${unit}`,
      dollars,
    )
  })
  return ['', title, ...rows, row('together', '', '', total)]
}

function verdict({ batch, most, isReached, longestRenderMs: longest }: Bill): string {
  const times = (batch.dollars / (most / 1.3)).toFixed(2)
  const limit =
    longest > 0 ? `a ticket may take up to ${longest.toFixed(1)} ms to print for that` : 'no printing is fast enough for that'
  return `That is ${times} × what S3 alone takes for 1,000 files; 1.3 × is wanted: ${isReached ? 'reached' : 'NOT reached'} (${limit}).`
}
