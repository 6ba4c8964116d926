import { spawn } from 'node:child_process'
import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** Fixtures that take seconds to start: the tests that import one share a process, and with it the browser or the service. */
const shared = ['service', 'batches', 'printer', 'service-and-browser', 'synthesized', 'wallet-service'].map(
  (name) => `fixtures/${name}.ts`,
)

const root = join(import.meta.dirname, '..')
const files = globSync('test/**/*.test.ts', { cwd: root, exclude: ['**/node_modules/**'] }).sort()
const groups = Map.groupBy(files, (file) => {
  const fixture = shared.find((name) => importsOf(file).has(name))
  // Batches have a service of their own beside the other tests of one, so that two cores have work.
  return fixture === undefined
    ? 'alone'
    : fixture === 'fixtures/batches.ts'
      ? `${fixture} ${basename(dirname(file)) === 'batches'}`
      : fixture
})
// A process has one environment, so it can hold one service.
const confused = files.filter((file) => ['service', 'batches'].every((name) => importsOf(file).has(`fixtures/${name}.ts`)))
if (confused.length > 0) throw new Error(`These tests import two services, also through other fixtures: ${confused.join(', ')}`)
const alone = groups.get('alone') ?? []
groups.delete('alone')
const byFolder = Map.groupBy(alone, (file) => file.split('/')[1])
const folders = ['bin', 'print'].map((name) => byFolder.get(name) ?? [])
const others = alone.filter((file) => !folders.flat().includes(file))

// The largest begins first: where it comes last, one core has nothing to do meanwhile. Four at a time on two cores, as tests also wait.
const runs = [
  ...[...folders, others].map((files) => ['--test-concurrency=1', ...files]),
  ...[...groups.values()].map((group) => ['--test-isolation=none', '--test-force-exit', ...group]),
].sort((one, other) => sizeOf(other) - sizeOf(one))
await Promise.all([0, 1, 2, 3].map(work))

/** Adds up the sizes of the files of a run, which tell roughly how long it takes. */
function sizeOf(args: string[]): number {
  const files = args.filter((arg) => !arg.startsWith('--'))
  return files.reduce((sum, file) => sum + statSync(join(root, file)).size, 0)
}

async function work(): Promise<void> {
  for (let args = runs.shift(); args; args = runs.shift()) if ((await runTests(args)) !== 0) process.exitCode = 1
}

function runTests(args: string[]): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>()
  spawn(process.execPath, ['--test', '--test-reporter=spec', ...args], { cwd: root, stdio: 'inherit' }).once('exit', (code) =>
    resolve(code ?? 1),
  )
  return promise
}

/** The fixtures that a file imports, also through others. */
function importsOf(file: string): Set<string> {
  const text = readFileSync(join(root, file), 'utf8')
  const own = Array.from(text.matchAll(/'(?:(?:\.\.\/)+fixtures|\.)\/([\w-]+\.ts)'/g), ([, name]) => `fixtures/${name}`)
  const fixtures = own.filter((name) => existsSync(join(root, 'test', name)))
  return new Set([...fixtures, ...fixtures.flatMap((name) => [...importsOf(`test/${name}`)])])
}
