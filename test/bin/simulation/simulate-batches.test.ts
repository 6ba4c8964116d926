import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { workload } from '../../../bin/cost/workload.ts'
import { simulateBatches } from '../../../bin/simulation/simulate-batches.ts'
import { stages } from '../../../lib/stage.ts'

const million = { tickets: 1_000_000, ticketsPerBatch: 50_000 }
// Fewer than S3 takes the files of.
const renderers = 12

test('a million tickets take as long as the renderers need for them, and a minute more at most', () => {
  const { moments, bound } = simulateBatches(stages.production, { ...million, renderers })
  const shortest = (million.tickets * workload.renderMs) / 1000 / renderers
  assert.ok(moments.length >= shortest && moments.length <= shortest + 60, `${moments.length} s, ${shortest} s alone`)
  assert.equal(bound, 'concurrent renderers')
  assert.equal(moments.at(-1)?.generated, million.tickets)
})

test('nothing is generated before it is prepared, nor prepared before it is accepted', () => {
  for (const count of [2, renderers, 300]) {
    const { moments } = simulateBatches(stages.production, { ...million, renderers: count })
    for (const [index, { accepted, prepared, generated }] of moments.entries()) {
      assert.ok(generated <= prepared && prepared <= accepted && accepted <= million.tickets)
      assert.ok(generated >= (moments[index - 1]?.generated ?? 0))
    }
  }
})

test('no limit is exceeded, and with more renderers another limit decides', () => {
  for (const count of [renderers, 15, 300, 1000]) {
    const { uses, bound } = simulateBatches(stages.production, { ...million, renderers: count })
    for (const { name, peak, limit } of uses) assert.ok(peak <= limit * 1.0001, `${name}: ${peak} of ${limit}`)
    assert.equal(bound, count >= 300 ? 'S3 PUT requests' : 'concurrent renderers')
  }
})

test('the command prints the run, and names an option that cannot be used', () => {
  const program = join(import.meta.dirname, '../../../bin/simulate.ts')
  const run = (...words: string[]) => spawnSync(process.execPath, [program, ...words], { encoding: 'utf8' })
  assert.match(
    run('--tickets', '100000').stdout,
    /All tickets are generated after 00:0\d:\d\d\. The limiting factor: S3 PUT requests\./,
  )
  const { status, stderr } = run('--renderers', '0')
  assert.deepEqual([status, stderr], [2, '--renderers must be an integer from 1 to 1,000; "0" is not.\n'])
})
