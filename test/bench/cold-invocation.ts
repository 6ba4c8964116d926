import path from 'node:path'
import { performance } from 'node:perf_hooks'
import { pathToFileURL } from 'node:url'

// This process is a cold environment of the renderer, as Lambda starts one: it loads the package and runs the events, one after the other.
const [folder = '', ...events] = process.argv.slice(2)
const loading = performance.now()
const { handler } = await import(pathToFileURL(path.join(folder, 'render.mjs')).href)
const loaded = performance.now()
const invocations: { ms: number; answer: unknown }[] = []
for (const event of events) {
  const start = performance.now()
  const answer = await handler(JSON.parse(event))
  invocations.push({ ms: performance.now() - start, answer })
}
const measures = performance.getEntriesByType('measure').map(({ name, startTime, duration }) => ({ name, startTime, duration }))
process.stderr.write(`${JSON.stringify({ loading, loaded, invocations, measures, ended: performance.now() })}\n`)
process.exit(0)
