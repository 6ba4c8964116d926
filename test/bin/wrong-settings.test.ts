import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import { makeFile, makeFolder } from './command-line.ts'

const bin = join(import.meta.dirname, '../../bin')
const file = makeFile('file', '')
const guests = makeFile('guests.csv', 'guestId,firstName,lastName\n1,Ada,Lovelace\n')
const notCsv = makeFile('guests.csv', 'first,second\n1,2\n')
const shared = makeFolder()
mkdirSync(join(shared, 'used'))
chmodSync(shared, 0o777)
writeFileSync(join(shared, 'used', 'file'), '')

const state = { LOCAL_STATE_DIR: makeFolder(), PORT: '0' }
const batch = ['batch', '--event', '456', '--guests']

/** Wrong settings: the program, its words, the environment, and what its one sentence must say. */
const wrong: [string, string[], Record<string, string>, RegExp][] = [
  ['local', [], { ...state, LOG_LEVEL: 'foo' }, /LOG_LEVEL must be trace, debug, info, warn, error or silent/],
  ['local', [], { ...state, PORT: 'many' }, /PORT must be an integer from 0 to 65535/],
  ['local', [], { ...state, PORT: '65536' }, /PORT must be an integer from 0 to 65535/],
  ['local', [], { ...state, PORT: '1.5' }, /PORT must be an integer from 0 to 65535/],
  ['local', [], { ...state, LOCAL_STATE_DIR: makeFolder(), HOST: 'nowhere.invalid' }, /cannot listen on nowhere\.invalid/],
  ['local', [], { ...state, LOCAL_STATE_DIR: makeFolder(), HOST: '192.0.2.1' }, /cannot listen on 192\.0\.2\.1/],
  ['local', [], { ...state, RENDERERS: '0' }, /RENDERERS must be an integer from 1 to 64/],
  ['local', [], { ...state, REQUIRE_AUTH: 'yes' }, /REQUIRE_AUTH must be 0 or 1/],
  ['local', [], { ...state, PUBLIC_URL: 'foo' }, /PUBLIC_URL must be an address that begins with http/],
  ['local', [], { ...state, PUBLIC_URL: 'ftp://host' }, /PUBLIC_URL must be an address that begins with http/],
  ['local', [], { ...state, DB_POOL_SIZE: '0' }, /DB_POOL_SIZE must be an integer from 1 to 50/],
  ['local', [], { ...state, LINK_LIFETIME_DAYS: '-1' }, /LINK_LIFETIME_DAYS must be an integer from 1 to 3650/],
  ['local', [], { ...state, MAX_FILE_SIZE: 'big' }, /MAX_FILE_SIZE must be an integer/],
  ['local', [], { ...state, RENDER_DEADLINE_SECONDS: '0' }, /RENDER_DEADLINE_SECONDS must be an integer from 1 to 900/],
  ['local', [], { ...state, SWEEP_AFTER_SECONDS: 'x' }, /SWEEP_AFTER_SECONDS must be an integer/],
  ['local', [], { ...state, LOCAL_SCHEDULE_SECONDS: '0' }, /LOCAL_SCHEDULE_SECONDS must be an integer/],
  ['local', [], { ...state, CHROMIUM_PROCESSES: '2' }, /CHROMIUM_PROCESSES must be auto, multi or single/],
  ['local', [], { ...state, TAG_CACHE: 'on' }, /TAG_CACHE must be 0 or 1/],
  ['local', [], { ...state, TEMPLATES_PATH: '/nope' }, /TEMPLATES_PATH must be a folder; \/nope is not one/],
  ['local', [], { ...state, TEMPLATES_PATH: file }, /TEMPLATES_PATH must be a folder/],
  ['local', [], { ...state, TMPDIR: '/nope' }, /TMPDIR must be a folder that you may write/],
  ['local', [], { ...state, BROWSER_CACHE_DIR: '/proc/x' }, /BROWSER_CACHE_DIR must be a folder that you may write/],
  ['local', [], { ...state, BROWSER_CACHE_DIR: file }, /BROWSER_CACHE_DIR must be a folder that you may write/],
  ['local', [], { ...state, ALLOWED_CALLERS: 'me' }, /ALLOWED_CALLERS must be ARNs/],
  ['local', [], { PORT: '0', LOCAL_STATE_DIR: '/proc/x' }, /state folder \/proc\/x cannot be used/],
  ['local', [], { PORT: '0', LOCAL_STATE_DIR: join(file, 'state') }, /state folder .* cannot be used/],
  ['local', [], { PORT: '0', LOCAL_STATE_DIR: shared }, /cannot be used \(other users may write it\)/],
  ['local', [], { ...state, PORT: 'x', TAG_CACHE: '2' }, /PORT must be .*TAG_CACHE must be 0 or 1/],
  ['local', ['--tickets', 'abc'], state, /unknown option '--tickets'/],
  ['migrate', [], { DATABASE_URL: 'nonsense' }, /DATABASE_URL must be an address like postgres:\/\//],
  ['migrate', [], { DB_PORT: 'x', DATABASE_URL: '' }, /DB_PORT must be an integer from 1 to 65535/],
  ['migrate', [], { DB_AUTH: 'x', DATABASE_URL: '' }, /DB_AUTH must be password or iam/],
  ['simulate', ['--tickets', 'abc'], {}, /--tickets must be an integer/],
  ['cost', ['--batch', 'abc'], {}, /--batch must be an integer/],
  ['demo', ['--tickets', 'abc'], {}, /--tickets must be an integer/],
  ['deploy', [], {}, /--stage must be dev, production or local/],
  ['deploy', ['--stage', 'prod'], {}, /--stage must be dev, production or local/],
  ['deploy', ['--stage', 'dev'], { HOME: makeFolder() }, /set AWS_PROFILE/],
  [
    'local-deploy',
    [],
    { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
    /AWS_ENDPOINT_URL must be the address of a running AWS emulator/,
  ],
  ['tickets', ['generate', '--event', 'x', '--guest', '1'], {}, /--event must be an integer/],
  ['tickets', [...batch, '/nope.csv'], {}, /\/nope\.csv cannot be read/],
  ['tickets', [...batch, notCsv], {}, /guestId/],
  ['tickets', [...batch, guests, '--priority', 'urgent'], {}, /--priority/],
  ['tickets', [...batch, guests, '--template', 'x'], {}, /--template must be an integer/],
  ['tickets', [...batch, guests, '--out', '/proc/x'], {}, /The folder \/proc\/x cannot be used/],
  ['tickets', ['status', 'b', '--url', 'nonsense'], {}, /--url must be an address/],
  ['tickets', ['status', 'b'], { TICKETS_URL: 'ftp://x' }, /must be an address/],
  ['tickets', ['dashboard', '--state', '/nope'], {}, /state folder \/nope does not exist/],
]

describe('a wrong setting is told in one sentence, with exit status 2', { concurrency: availableParallelism() }, () => {
  for (const [program, words, env, sentence] of wrong) {
    const setting = Object.entries(env).filter(([name]) => !(name in state && env[name] === state[name as keyof typeof state]))
    test([...setting.map(([name, value]) => `${name}=${value}`), program, ...words].join(' '), async () => {
      const { code, output, durationMs } = await run(program, words, env)
      assert.match(output, sentence)
      assert.equal(code, 2, output)
      assert.doesNotMatch(output, /^\s+at |node:internal|\{"timestamp"/m)
      // Under two seconds on a machine that does nothing else; other tests run beside this one.
      assert.ok(durationMs < 30_000, `${durationMs} ms`)
    })
  }
})

async function run(program: string, words: string[], env: Record<string, string>) {
  const startedAt = performance.now()
  const { AWS_PROFILE: _, TICKETS_URL: __, ...inherited } = process.env
  const child = spawn(process.execPath, [join(bin, `${program}.ts`), ...words], {
    env: { ...inherited, LOG_LEVEL: 'info', AWS_EC2_METADATA_DISABLED: 'true', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { code, output: stdout + stderr, durationMs: performance.now() - startedAt }
}
