import { readFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import * as z from 'zod'
import { startLocalService } from './local-service.ts'
import { writeTable } from './markdown-table.ts'
import { quantile } from './statistics.ts'

/**
 * `npm run bench:templates` prints what an author of a template waits for, over HTTP with a warm service: a preview, the check that the studio runs
 * after a keystroke beside its preview, and the check with a trial print that stores a template.
 */
const { values } = parseArgs({
  options: { previews: { type: 'string', default: '100' }, trials: { type: 'string', default: '10' } },
})
const builtIn = ['classic', 'mobile', 'stub', 'festival', 'badge']
const warmUp = 10
const stored = z.object({ data: z.object({ templateId: z.int() }) })
const header = ['warm, one after the other', 'median', '99th percentile', 'target']

process.stdout.write(`${cpus().length} cores, ${cpus()[0]?.model}, Node ${process.version}\n\n`)
const service = await startLocalService()
const rows: string[][] = []
try {
  for (const [index, name] of builtIn.entries()) rows.push(...(await measureTemplate(name, index + 1)))
} finally {
  await service.stop()
  process.stdout.write(writeTable(header, rows))
}

async function measureTemplate(name: string, id: number): Promise<string[][]> {
  const draft = await readDraft(name)
  const preview = (format: string) => () => call('POST', `/api/templates/${id}/preview`, { format })
  const previews = Number(values.previews)
  const trials = Number(values.trials)
  let keystrokes = 0
  const type = () => ({ ...draft, source: draft.source.replace('</body>', `<!-- ${++keystrokes} --></body>`) })
  const afterKeystroke = async () => {
    const typed = type()
    const { name: _, ...shown } = typed
    await Promise.all([
      call('POST', '/api/templates/check', typed),
      call('POST', '/api/templates/preview', { ...shown, format: 'png', width: 800 }),
    ])
  }
  const [first, ...versions] = Array.from({ length: trials + 2 }, (_, at) => ({ ...type(), name: `${name} ${at}` }))
  const created = stored.parse(JSON.parse((await call('POST', '/api/templates', first)).toString()))
  const replace = () => call('PUT', `/api/templates/${created.data.templateId}`, versions.pop())
  return [
    await measure(`preview of ${name}, PDF`, preview('pdf'), { times: previews, targetMs: 150 }),
    await measure(`preview of ${name}, PNG`, preview('png'), { times: previews, targetMs: 150 }),
    await measure(`${name} after a keystroke: check and PNG`, afterKeystroke, { times: previews, targetMs: 300 }),
    await measure(`${name} stored: check with trial print`, replace, { times: trials, targetMs: 3_000, warmUp: 1 }),
  ]
}

async function readDraft(name: string): Promise<{ name: string; source: string; sample: unknown }> {
  const folder = new URL(`../../templates/${name}/`, import.meta.url)
  const source = await readFile(new URL('ticket.hbs', folder), 'utf8')
  return { name, source, sample: JSON.parse(await readFile(new URL('sample.json', folder), 'utf8')) }
}

async function measure(
  what: string,
  wait: () => Promise<unknown>,
  { times, targetMs, warmUp: first = warmUp }: { times: number; targetMs: number; warmUp?: number },
): Promise<string[]> {
  for (let time = 0; time < first; time++) await wait()
  const each: number[] = []
  for (let time = 0; time < times; time++) {
    const sentAt = performance.now()
    await wait()
    each.push(performance.now() - sentAt)
  }
  process.stderr.write(`${what}: ${quantile(each, 0.5).toFixed(0)} ms\n`)
  return [what, `${quantile(each, 0.5).toFixed(0)} ms`, `${quantile(each, 0.99).toFixed(0)} ms`, `≤ ${targetMs} ms`]
}

async function call(method: string, path: string, body: unknown): Promise<Buffer> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${service.url}${path}`, { method, headers, body: JSON.stringify(body) })
  const answer = Buffer.from(await response.arrayBuffer())
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer.toString()}`)
  return answer
}
