import * as z from 'zod'
import { stages } from '../lib/stage.ts'
import { fixedCost } from './cost/fixed-cost.ts'
import { type CostLine, listedIn, type Price, prices, sum } from './cost/prices.ts'
import { batchCost, longestRenderMs, openingCost, singleCost, targetForThousand } from './cost/ticket-cost.ts'
import { workload } from './cost/workload.ts'
import { flag, integerOption, option } from './tickets/options.ts'
import { runProgram } from './tickets/program.ts'

const notMilliseconds = 'must be a number of milliseconds above 0'
const volumes = [10_000, 1_000_000]

await runProgram(
  {
    usage: 'npm run cost --',
    description: 'Estimates the monthly AWS bill of the service: the fixed cost of each stage, and the cost of the tickets.',
    notes: ['Prices are in bin/cost/prices.ts, measurements in bin/cost/workload.ts, and sizes of stages in lib/stage.ts.'],
    examples: ['npm run cost', 'npm run cost -- --batch 500'],
  },
  {
    batch: option(integerOption(1, 999_999_999).default(10_000), '<tickets>', 'number of tickets in a batch (default: 10000)'),
    renderMs: option(
      z.coerce.number(notMilliseconds).positive(notMilliseconds).default(workload.renderMs),
      '<ms>',
      `time to print one ticket, in milliseconds (default: ${workload.renderMs}, as measured)`,
    ),
    json: flag('write the estimate as JSON, with every line'),
  },
  ({ json, batch, renderMs }) => {
    const bill = calculateBill(batch, renderMs)
    process.stdout.write(`${json ? JSON.stringify({ ...bill, prices, listedIn }) : describe(bill)}\n`)
  },
)

type Bill = ReturnType<typeof calculateBill>

function calculateBill(batchTickets: number, renderMs: number) {
  const stage = stages.production
  const fixed = [stages.dev, stages.production].map((each) => ({
    stage: each.name,
    lines: fixedCost(each),
    dollars: sum(fixedCost(each)),
  }))
  const batch = batchCost(stage, { batchTickets, renderMs })
  const single = singleCost(stage)
  const openings = openingCost(stage)
  const fixedTotal = sum(fixedCost(stage))
  const perThousand = sum(batch) + sum(openings)
  return {
    batchTickets,
    renderMs,
    fixed,
    batch: { lines: batch, dollars: sum(batch) },
    openings: { lines: openings, dollars: sum(openings) },
    single: { lines: single, dollars: sum(single) },
    perThousand,
    most: targetForThousand,
    isReached: sum(batch) <= targetForThousand,
    longestRenderMs: longestRenderMs(stage, batchTickets),
    volumes: volumes.map((tickets) => ({
      tickets,
      withFixed: perThousand + (fixedTotal * 1000) / tickets,
      month: fixedTotal + (perThousand * tickets) / 1000,
    })),
  }
}

function describe(bill: Bill): string {
  const { region, asOf, note } = listedIn
  return [
    `AWS list prices of ${region} as of ${asOf}, ${note}; check them before relying on them.`,
    ...bill.fixed.flatMap(({ stage, lines, dollars }) => table(`Fixed cost of a month, stage ${stage}`, lines, dollars, 2)),
    ...table(
      `Cost of 1,000 tickets in batches of ${bill.batchTickets.toLocaleString('en')}, ${bill.renderMs} ms each`,
      bill.batch.lines,
      bill.batch.dollars,
      6,
    ),
    ...table('Cost of 1,000 tickets generated one by one', bill.single.lines, bill.single.dollars, 6),
    ...table(
      `Notices of 1,000 tickets, and guests who open each ${workload.openingsPerTicket} times`,
      bill.openings.lines,
      bill.openings.dollars,
      6,
    ),
    ...describeMonths(bill),
    '',
    describeTarget(bill),
  ].join('\n')
}

function describeMonths({ volumes }: Bill): string[] {
  const row = (tickets: string, month: string, thousand: string) =>
    `  ${tickets.padEnd(38)}${month.padStart(14)}  ${thousand.padStart(24)}`
  return [
    '',
    'Total of a month, stage production, in batches, opened by guests',
    row('Tickets', 'Month', 'Each 1,000 tickets'),
    ...volumes.map(({ tickets, withFixed, month }) =>
      row(tickets.toLocaleString('en'), `$${month.toFixed(2)}`, `$${withFixed.toFixed(4)}`),
    ),
  ]
}

function table(title: string, lines: CostLine[], total: number, digits: number): string[] {
  const row = (what: string, units: string, price: string, cost: string) =>
    `  ${what.padEnd(38)}${units.padStart(14)}  ${price.padEnd(64)}${cost.padStart(10)}`
  const format = (amount: number) => `$${amount.toFixed(digits)}`
  const rows = lines.map(({ what, price, units, dollars }) => {
    return row(what, units.toLocaleString('en', { maximumSignificantDigits: 4 }), describePrice(prices[price]), format(dollars))
  })
  return ['', title, row('Item', 'Units', 'Price', 'Cost'), ...rows, row('Total', '', '', format(total))]
}

function describePrice({ dollars, per, unit }: Price): string {
  const amount = `$${dollars.toLocaleString('en', { maximumSignificantDigits: 6 })}`
  return per === 1 ? `${amount} each (${unit})` : `${amount} for ${per.toLocaleString('en')} ${unit}`
}

/** Reports whether printing meets its cost target, which derives from the unavoidable cost of storing the files. */
function describeTarget({ batch, most, isReached, longestRenderMs: longest, volumes, perThousand }: Bill): string {
  const limit =
    longest > 0
      ? `It is met as long as printing takes at most ${longest.toFixed(1)} ms a ticket.`
      : 'No printing time would meet it.'
  const [few] = volumes
  const summary = few
    ? `In short: a month with ${few.tickets.toLocaleString('en')} tickets costs $${few.month.toFixed(0)}; each 1,000 tickets more cost $${perThousand.toFixed(2)}.`
    : ''
  return [
    `The cost target is ${isReached ? 'met' : 'NOT met'}: 1,000 tickets in batches cost $${batch.dollars.toFixed(5)} beyond the fixed cost,`,
    `and the target is $${most.toFixed(5)}, 1.3 times what S3 charges to store 1,000 files. ${limit}`,
    '',
    summary,
  ].join('\n')
}
