import { parseArgs } from 'node:util'
import { compareRandomTemplates } from './compare-templates.ts'

// Run by `npm run test:shared`: many random templates, apart from the tests. --seed repeats the choice.
const { values } = parseArgs({
  options: {
    templates: { type: 'string', default: '300' },
    guests: { type: 'string', default: '12' },
    seed: { type: 'string' },
  },
})
const seed = Number(values.seed ?? Math.floor(Math.random() * 1e6))
console.log(`Seed ${seed}`)

const seeds = Array.from({ length: Number(values.templates) }, (_, index) => seed + index)
const { templates, tickets, withFallbacks, differences } = await compareRandomTemplates(seeds, Number(values.guests))
for (const difference of differences) console.error(difference)
console.log(
  `${templates} templates, ${tickets} tickets from shared prints compared with their prints alone: ${differences.length} differences. ` +
    `Of ${withFallbacks} templates some tickets were printed alone.`,
)
if (differences.length > 0) process.exitCode = 1
