import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import * as z from 'zod'
import { folderOf } from './folder-of.ts'

/**
 * Runs the tests, or the test files that the command line names, under c8, and prints their coverage by folder. A
 * process that a test kills reports nothing, so the figures are lower bounds.
 */
const root = join(import.meta.dirname, '..')
const folder = join(root, 'node_modules/.cache/coverage')
const counts = z.object({ total: z.number(), covered: z.number() })
const summary = z.record(z.string(), z.object({ lines: counts, branches: counts, functions: counts }))
type Counts = z.output<typeof summary>[string]

process.exitCode = await runTests(process.argv.slice(2))
const { total, ...files } = summary.parse(JSON.parse(readFileSync(join(folder, 'coverage-summary.json'), 'utf8')))
const folders = Map.groupBy(Object.entries(files), ([file]) => folderOf(relative(root, file)))
const rows = [...folders].sort().map(([name, members]) => describe(name, addUp(members.map(([, of]) => of))))
console.log(
  ['', row('Folder', ['Lines', 'Branches', 'Functions']), ...rows, ...(total ? [describe('all', total)] : [])].join('\n'),
)

async function runTests(testFiles: string[]): Promise<number> {
  const c8 = createRequire(import.meta.url).resolve('c8/bin/c8.js')
  const options = [
    '--merge-async',
    '--reporter=json-summary',
    `--reports-dir=${folder}`,
    `--temp-directory=${join(folder, 'raw')}`,
  ]
  const sources = ['bin', 'functions', 'lib'].flatMap((name) => ['--include', `${name}/**/*.ts`])
  const tests = testFiles.length > 0 ? ['--test', ...testFiles] : [join(root, 'test/run.ts')]
  const args = [c8, ...options, '--all', ...sources, process.execPath, ...tests]
  const [status] = await once(spawn(process.execPath, args, { cwd: root, stdio: 'inherit' }), 'exit')
  return z.number().catch(1).parse(status)
}

function describe(name: string, { lines, branches, functions }: Counts): string {
  const cells = [lines, branches, functions].map(
    ({ covered, total: all }) => `${((100 * covered) / Math.max(all, 1)).toFixed(1)} %`,
  )
  return row(name, cells)
}

function row(name: string, cells: string[]): string {
  return name.padEnd(28) + cells.map((cell) => cell.padStart(11)).join('')
}

function addUp(parts: Counts[]): Counts {
  const sum = (of: keyof Counts) => ({
    total: parts.reduce((count, part) => count + part[of].total, 0),
    covered: parts.reduce((count, part) => count + part[of].covered, 0),
  })
  return { lines: sum('lines'), branches: sum('branches'), functions: sum('functions') }
}
