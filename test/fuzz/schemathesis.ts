import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, rmSync } from 'node:fs'
import path from 'node:path'
import { text } from 'node:stream/consumers'

const version = '4.32.5'
const environment = path.join(import.meta.dirname, `../../node_modules/.cache/schemathesis-${version}`)
const program = path.join(environment, 'bin/schemathesis')

/**
 * What a run is given: where the contract is, how many requests it makes up for each operation, and the
 * folder that its report goes to.
 */
export interface FuzzSettings {
  contractUrl: string
  examples: number
  seed: number
  folder: string
  /** The routes to leave out, by name. */
  without: readonly string[]
}

/**
 * Sends made-up requests with Schemathesis, a fuzzer that reads OpenAPI, from a virtual environment of Python
 * beside node_modules' other caches.
 * @returns the file with its report, an event a line.
 * @throws Error with its output when it could not do its work; findings are no such failure.
 */
export async function runSchemathesis({ contractUrl, examples, seed, folder, without }: FuzzSettings): Promise<string> {
  install()
  const report = path.join(folder, 'report.ndjson')
  const settings = [
    ...['--phases', 'examples,coverage,fuzzing', '--checks', 'all', '--continue-on-failure', '--no-shrink', '--no-color'],
    ...['--max-examples', String(examples), '--seed', String(seed)],
    ...without.flatMap((name) => ['--exclude-operation-id', name]),
    ...['--report', 'ndjson', '--report-ndjson-path', report, '--output-sanitize', 'false'],
  ]
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, NO_PROXY: '*' }
  const stdio: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit']
  const child = spawn(program, ['run', contractUrl, ...settings], { cwd: folder, env, stdio })
  const stop = () => void child.kill('SIGTERM')
  process.once('exit', stop)
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'close')])
  process.off('exit', stop)
  // 1 says that there are findings, which the report has.
  if (code !== 0 && code !== 1) throw new Error(`Schemathesis ended with ${code}:\n${output}`)
  return report
}

function install(): void {
  if (existsSync(program)) return
  rmSync(environment, { recursive: true, force: true })
  execFileSync('python3', ['-m', 'venv', environment], { stdio: 'inherit' })
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `schemathesis==${version}`]
  execFileSync(path.join(environment, 'bin/python'), pip, { stdio: 'inherit' })
}
