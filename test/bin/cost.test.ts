import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { fixedCost } from '../../bin/cost/fixed-cost.ts'
import { sum } from '../../bin/cost/prices.ts'
import { batchCost, longestRenderMs, targetForThousand } from '../../bin/cost/ticket-cost.ts'
import { stages } from '../../lib/stage.ts'

const program = join(import.meta.dirname, '../../bin/cost.ts')
const run = (...words: string[]) => spawnSync(process.execPath, [program, ...words], { encoding: 'utf8' })

test('the bill adds up, names the page of every price, and tells whether 1,000 tickets cost 1.3 times their PUT requests at most', () => {
  const bill = JSON.parse(run('--json').stdout)
  for (const part of [bill.batch, bill.openings, bill.single, ...bill.fixed]) assert.equal(sum(part.lines), part.dollars)
  for (const { source } of Object.values<{ source: string }>(bill.prices))
    assert.match(source, /^https:\/\/aws\.amazon\.com\/.+\/pricing\/$/)
  assert.equal(bill.most.toFixed(6), '0.006500')
  assert.equal(bill.isReached, bill.batch.dollars <= bill.most)
  assert.ok(bill.isReached, String(bill.batch.dollars))
  const [few, many] = bill.volumes
  const standing = bill.fixed[1].dollars
  assert.ok(Math.abs(few.withFixed - bill.batch.dollars - bill.openings.dollars - standing / 10) < 1e-9)
  assert.ok(Math.abs(many.month - standing - (bill.batch.dollars + bill.openings.dollars) * 1000) < 1e-9)
})

test('the print time of the bill is cheap enough, and a slower one is reported', () => {
  const longest = longestRenderMs(stages.production, 10_000)
  const batch = batchCost(stages.production, { batchTickets: 10_000, renderMs: longest })
  assert.ok(Math.abs(sum(batch) - targetForThousand) < 1e-9)
  const slow = batchCost(stages.production, { batchTickets: 10_000, renderMs: longest + 1 })
  assert.ok(sum(slow) > targetForThousand)
})

test('a stage for developers costs less than 30 dollars a month', () => {
  assert.ok(sum(fixedCost(stages.dev)) < 30, String(sum(fixedCost(stages.dev))))
})

test('a stage without a database and a network pays for neither', () => {
  assert.ok(fixedCost(stages.local).every(({ price }) => price !== 'endpoint' && price !== 'databaseStorage'))
})

test('options that cannot be used are named, with what is allowed', () => {
  const { status, stderr } = run('--batch', '0', '--render-ms', 'x')
  assert.equal(status, 2)
  assert.match(
    stderr,
    /--batch: must be an integer from 1 to 999,999,999; "0" is not\n {2}--render-ms: must be a number of milliseconds/,
  )
})
