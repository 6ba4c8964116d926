/**
 * Sends requests that are made up from /openapi.json to a service of its own, and says where an answer is not
 * the contract's: `npm run test:fuzz`. `--examples` is how many are made up for each operation beside those
 * that try its limits one by one, `--seed` repeats a run, and `--quick` leaves out the routes that print,
 * which take most of the time.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Route } from '../../functions/contract/routes/route.ts'
import { routes } from '../../functions/contract/routes/routes.ts'
import { startService } from '../fixtures/running-service.ts'
import { type FuzzResult, readFindings } from './findings.ts'
import { runSchemathesis } from './schemathesis.ts'

const { values } = parseArgs({
  options: { examples: { type: 'string' }, seed: { type: 'string' }, quick: { type: 'boolean', default: false } },
})
const examples = Number(values.examples ?? (values.quick ? 10 : 120))
const seed = Number(values.seed ?? Math.floor(Math.random() * 1e6))
const printing = Object.entries<Route>(routes).flatMap(([name, { uses }]) =>
  uses.includes('renderer') || uses.includes('trials') ? [name] : [],
)
const without = values.quick ? printing : []

const folder = await mkdtemp(path.join(os.tmpdir(), 'fuzz-'))
const service = await startService()
const startedAt = performance.now()
try {
  const contractUrl = `${service.url.replace('localhost', '127.0.0.1')}/openapi.json`
  const result = await readFindings(await runSchemathesis({ contractUrl, examples, seed, folder, without }))
  tell(result)
  process.exitCode = result.findings.length === 0 && result.requestCount > 0 ? 0 : 1
} finally {
  await service.stop()
  await rm(folder, { recursive: true })
}

function tell({ requestCount, wordsCount, statusCounts, findings }: FuzzResult): void {
  const duration = Math.round((performance.now() - startedAt) / 1000)
  for (const finding of findings.slice(0, 50)) console.error(`${finding}\n`)
  console.log(`${requestCount} requests in ${duration} s, seed ${seed}; ${findings.length} findings`)
  console.log(`Answers by status: ${JSON.stringify(statusCounts)}`)
  console.log(`${wordsCount} were refused by a rule that the document tells in words`)
}
