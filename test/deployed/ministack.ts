/**
 * Runs the journey against MiniStack, a stand-in for AWS that needs no Docker: `npm run test:deployed:ci`. It makes a virtual environment of
 * Python beside node_modules' other caches, starts MiniStack on a free port with its state in a temporary folder, and leaves no process.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const version = '1.5.33'
const project = path.join(import.meta.dirname, '../..')
const environment = path.join(project, `node_modules/.cache/ministack-${version}`)
const timeoutMs = 60_000

const state = mkdtempSync(path.join(os.tmpdir(), 'ministack-'))
const log = path.join(state, 'ministack.log')
const certificate = path.join(state, 'ministack-tls/server.crt')
let ministack: ChildProcess | undefined
let code = 1
try {
  install()
  const endpoint = `https://127.0.0.1:${await findFreePort()}`
  ministack = start(new URL(endpoint).port)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      endGroup(ministack)
      process.exit(1)
    })
  }
  await waitUntilReady(ministack)
  code = await runJourney(endpoint)
} finally {
  if (ministack) await stop(ministack)
  if (code !== 0 && existsSync(log)) console.error(`What MiniStack wrote:\n${readFileSync(log, 'utf8')}`)
  // Browsers that end a moment after their functions may still write there.
  rmSync(state, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
}
process.exitCode = code

function install(): void {
  const program = path.join(environment, 'bin/ministack')
  if (existsSync(program)) return
  rmSync(environment, { recursive: true, force: true })
  execFileSync('python3', ['-m', 'venv', environment], { stdio: 'inherit' })
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `ministack==${version}`]
  execFileSync(path.join(environment, 'bin/python'), pip, { stdio: 'inherit' })
}

async function findFreePort(): Promise<number> {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('No free port was given.')
  return address.port
}

/**
 * Starts MiniStack with nothing in its environment but this, because functions inherit it. With AUTH it checks signatures and what each function's
 * role may do, and the stack's policies refuse calls without TLS. Functions run on the `node` of its PATH.
 */
function start(port: string): ChildProcess {
  const output = openSync(log, 'w')
  const env = {
    PATH: `${path.join(project, 'node_modules/.bin')}:${process.env.PATH}`,
    HOME: state,
    TMPDIR: state,
    GATEWAY_PORT: port,
    BIND_HOST: '127.0.0.1',
    IOT_MTLS_ENABLED: '0',
    AUTH: 'true',
    USE_SSL: '1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  }
  const child = spawn(path.join(environment, 'bin/ministack'), {
    cwd: state,
    env,
    stdio: ['ignore', output, output],
    detached: true,
  })
  closeSync(output)
  return child
}

async function waitUntilReady(child: ChildProcess): Promise<void> {
  const until = Date.now() + timeoutMs
  while (!(existsSync(certificate) && /Running on https/.test(readFileSync(log, 'utf8')))) {
    if (child.exitCode !== null) throw new Error(`MiniStack ended with ${child.exitCode} while it was starting.`)
    if (Date.now() > until) throw new Error(`MiniStack was not ready within ${timeoutMs / 1000} s.`)
    await delay(100)
  }
}

/** Trusts MiniStack's own certificate: Node reads one of these variables, and the CDK command line the other. */
async function runJourney(endpoint: string): Promise<number> {
  const env = { ...process.env, AWS_ENDPOINT_URL: endpoint, NODE_EXTRA_CA_CERTS: certificate, AWS_CA_BUNDLE: certificate }
  const [ended] = await once(spawn('npm', ['run', 'test:deployed'], { cwd: project, env, stdio: 'inherit' }), 'close')
  return ended ?? 1
}

/** Ends MiniStack, and after that whatever of its functions is left in its process group. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return
  const exit = once(child, 'exit')
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGTERM')
    await Promise.race([exit, delay(10_000, undefined, { ref: false })])
  }
  endGroup(child)
}

function endGroup(child: ChildProcess | undefined): void {
  try {
    if (child?.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  } catch {
    // Nothing of the group is left.
  }
}
