import { parseArgs } from 'node:util'
import { runFaults } from './fault-run.ts'
import { weights } from './injector.ts'
import { writeReport } from './report.ts'

// Run by `npm run test:faults`: a long fault injection, apart from the tests. --seed repeats the choice of faults.
const { values } = parseArgs({ options: { seed: { type: 'string' }, kills: { type: 'string', default: '200' } } })
const seed = Number(values.seed ?? Math.floor(Math.random() * 1e6))
console.log(`Seed ${seed}`)

const report = await runFaults({
  seed,
  next: (random, killCount) => (killCount < Number(values.kills) ? random.weighted(weights) : undefined),
  pauseMs: [300, 1500],
  batchSize: 300,
  orphanedAfterSeconds: 20,
  withDoomed: true,
  log: console.log,
})
const { text, isGood } = writeReport(report)
console.log(text)
process.exitCode = isGood ? 0 : 1
