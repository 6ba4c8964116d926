import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { listTree } from '../../../bin/local/process/process-tree.ts'
import { eventually } from '../../fixtures/eventually.ts'
import { makeStateFolder, type RunningServer, runServer, startServer, survivors } from '../../fixtures/local-server.ts'
import { makePreparedState } from '../../fixtures/prepared-state.ts'

const run = promisify(execFile)
const state = makeStateFolder()
after(() => rmSync(state, { recursive: true, force: true }))

test('says in one sentence what is wrong with a database of others', async () => {
  const folder = makeStateFolder()
  const start = (url: string) => runServer({ LOCAL_STATE_DIR: folder, PORT: '0', DATABASE_URL: url })
  const withoutPassword = await start('postgres://core@127.0.0.1:1/tickets')
  assert.equal(withoutPassword.stderr, 'DATABASE_URL must be postgres://<role>:<password>@<host>:<port>/<database>.\n')
  assert.match(
    (await start('postgres://core:secret@127.0.0.1:1/tickets')).stderr,
    /\nPostgreSQL at 127\.0\.0\.1:1 cannot be used: .*ECONNREFUSED.*\.\n$/,
  )
  rmSync(folder, { recursive: true })
})

describe('a running server', () => {
  let server: RunningServer
  before(async () => {
    server = await startServer(state)
  })
  after(async () => {
    if (survivors([server.pid]).length > 0) await server.end('SIGKILL')
  })

  test('answers /health in the shape of the specification', async () => {
    const answer = await (await fetch(`${server.url}/health`)).json()
    assert.equal(answer.status, 'healthy')
    assert.equal(answer.service, 'ticket-generator')
  })

  test('finds every part of itself working', async () => {
    const response = await fetch(`${server.url}/health/detailed`)
    assert.equal(response.status, 200, await response.text())
  })

  test('prints commands that generate a ticket and save its PDF when they are pasted into a shell', async () => {
    const [generate = '', save = ''] = server.readyText.split('\n').filter((line) => line.startsWith('  curl '))
    const { stdout } = await run('sh', ['-c', generate])
    assert.equal(JSON.parse(stdout).success, true, stdout)
    const folder = mkdtempSync(join(tmpdir(), 'pasted-'))
    await run('sh', ['-c', save], { cwd: folder })
    assert.equal(readFileSync(join(folder, 'ticket.pdf')).subarray(0, 5).toString(), '%PDF-')
    rmSync(folder, { recursive: true })
  })

  test('says where templates are designed', async () => {
    const [, address = ''] = /Design templates in a browser: (\S+)/.exec(server.readyText) ?? []
    assert.match(await (await fetch(address)).text(), /<title>Studio<\/title>/)
  })

  test('keeps its secrets to its user', () => {
    for (const file of ['postgres-password', 'signing-keys.json', 'postgres.log']) {
      assert.equal(statSync(join(state, file)).mode & 0o077, 0, file)
    }
  })

  test('listens on this machine only, with every part of it', () => {
    const sockets = listeningSockets(new Set(server.processes()))
    assert.ok(sockets.length >= 4, 'API Gateway, Lambda, S3 and PostgreSQL listen')
    assert.deepEqual(
      sockets.filter((address) => address !== '127.0.0.1'),
      [],
    )
  })

  test('refuses a second server on the same state, and names the first', async () => {
    const { code, stderr } = await runServer({ LOCAL_STATE_DIR: state, PORT: '0' })
    assert.equal(code, 2)
    assert.equal(stderr, `Another server (process ${server.pid}) is using ${state}: stop it, or set LOCAL_STATE_DIR.\n`)
  })

  test('says in one sentence that its port is taken, and how to take another', async () => {
    const other = makeStateFolder()
    const port = new URL(server.url).port
    const { code, stderr } = await runServer({ LOCAL_STATE_DIR: other, PORT: port })
    rmSync(other, { recursive: true })
    assert.equal(code, 2)
    const next = `PORT=${Number(port) + 1} npm start`
    assert.equal(stderr, `Port ${port} is taken: stop the program that uses it, or choose another port with ${next}.\n`)
  })

  test('answers again soon after its PostgreSQL was killed', async () => {
    const postmaster = postmasterOf(state)
    process.kill(postmaster, 'SIGKILL')
    await answersAfter(server, postmaster)
  })

  test('answers again soon after its PostgreSQL was killed while a process of that hung', async () => {
    const postmaster = postmasterOf(state)
    const hung = findCommand(listTree(postmaster), 'checkpointer')
    assert.ok(hung)
    process.kill(hung, 'SIGSTOP')
    process.kill(postmaster, 'SIGKILL')
    await answersAfter(server, postmaster)
    assert.deepEqual(survivors([hung]), [])
  })

  test('answers again soon after the watcher of its PostgreSQL was killed', async () => {
    const watcher = findWatcher(server)
    assert.ok(watcher)
    const postmaster = postmasterOf(state)
    process.kill(watcher, 'SIGKILL')
    await answersAfter(server, postmaster)
    assert.deepEqual(survivors([watcher, postmaster]), [])
  })

  test('ended by SIGKILL leaves no process, and its data is there at the next start, within seconds; ended by Ctrl-C neither, with exit code 0', async () => {
    const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"eventId":456,"guestId":125}' }
    const made = { success: false, data: { ticketId: 0 } }
    // The first to use a connection of before PostgreSQL was killed is told to try again.
    await eventually('a ticket is made', async () => {
      Object.assign(made, await (await fetch(`${server.url}/api/tickets/generate`, request)).json())
      return made.success
    })
    const left = server.processes()
    await server.end('SIGKILL')
    await eventually('no process is left', () => survivors(left).length === 0)

    const startedAt = performance.now()
    server = await startServer(state)
    const startMs = performance.now() - startedAt
    const ticket = await fetch(`${server.url}/api/tickets/${made.data.ticketId}`)
    assert.equal(ticket.status, 200, 'the ticket of the earlier start is still there')

    const processes = server.processes()
    assert.equal(await server.end('SIGINT'), 0)
    assert.deepEqual(survivors(processes), [])
    // On a machine that does nothing else it takes half of 5 s; other tests run beside this one.
    assert.ok(startMs < 10_000, `${startMs} ms`)
  })
})

describe('a server that cannot start', () => {
  test('says which folder cannot be written', async () => {
    const folder = makeStateFolder()
    const file = join(folder, 'file')
    writeFileSync(file, '')
    const { code, stderr } = await runServer({ LOCAL_STATE_DIR: join(file, 'state'), PORT: '0' })
    rmSync(folder, { recursive: true })
    assert.equal(code, 2)
    assert.match(stderr, /^The state folder \S+ cannot be used \(ENOTDIR: .*\): set LOCAL_STATE_DIR to a folder of your own\.\n$/)
  })

  test('names a variable that is wrong', async () => {
    const { code, stderr } = await runServer({ PORT: 'many' })
    assert.equal(code, 2)
    assert.match(stderr, /^The environment variable PORT must be an integer from 0 to 65535\. .*\n$/)
  })

  test('says that it trusts no cache that other users may write, and stops everything that it had started', async () => {
    const folder = await makePreparedState()
    const cache = join(folder, 'cache')
    mkdirSync(cache)
    chmodSync(cache, 0o777)
    const { code, stderr } = await runServer({ LOCAL_STATE_DIR: folder, PORT: '0', BROWSER_CACHE_DIR: cache })
    rmSync(folder, { recursive: true })
    assert.equal(code, 2)
    assert.match(stderr, /other users may write it: set BROWSER_CACHE_DIR to a folder of your own with mode 700\.\n$/)
    assert.deepEqual(processesAbout(folder), [])
  })
})

test('--help lists the variables with their defaults', async () => {
  const { code, stdout } = await runServer({}, ['--help'])
  assert.equal(code, 0)
  assert.match(stdout, /PORT +Port of the local server.* Default: 3004\./)
})

test('--version prints the version', async () => {
  const { stdout } = await runServer({}, ['--version'])
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/)
})

const lockFileOf = (folder: string) => join(folder, 'postgres/cluster/postmaster.pid')

function postmasterOf(folder: string): number {
  return Number.parseInt(readFileSync(lockFileOf(folder), 'utf8'), 10)
}

/** Waits until another PostgreSQL has taken the place of one and answers: a session of the killed one may answer once more. */
function answersAfter(server: RunningServer, postmaster: number): Promise<void> {
  const isAnother = () => existsSync(lockFileOf(state)) && postmasterOf(state) !== postmaster
  return eventually('another PostgreSQL answers', async () => {
    return isAnother() && (await fetch(`${server.url}/health/detailed`)).status === 200
  })
}

function findWatcher(server: RunningServer): number | undefined {
  return findCommand(server.processes(), 'postgres-watcher')
}

function processesAbout(folder: string): string[] {
  return [...listCommands().values()].filter((command) => command.includes(folder))
}

function findCommand(pids: number[], word: string): number | undefined {
  const commands = listCommands()
  return pids.find((pid) => commands.get(pid)?.includes(word))
}

/** Lists all processes with their command lines. */
function listCommands(): Map<number, string> {
  const lines = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,args='], { encoding: 'utf8' }).trimEnd().split('\n')
  return new Map(
    lines.map((line) => {
      const [, pid, command = ''] = /^ *(\d+) (.*)$/.exec(line) ?? []
      return [Number(pid), command]
    }),
  )
}

/** Lists the addresses that the processes listen on. */
function listeningSockets(pids: Set<number>): string[] {
  const lines = execFileSync('ss', ['-Hltnp'], { encoding: 'utf8' }).split('\n')
  return lines
    .filter((line) => [...line.matchAll(/pid=(\d+)/g)].some(([, pid]) => pids.has(Number(pid))))
    .map((line) => line.split(/\s+/)[3]?.replace(/:\d+$/, '') ?? '')
}
