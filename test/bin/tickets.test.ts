import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { ensureKeyFile } from '../../functions/trust/key-file.ts'
import { makeFile, makeFolder, makeGuestFile, runTickets } from './command-line.ts'
import { batch, codeOf, refusal, service, useFakeService } from './fake-service.ts'

useFakeService()

test('the details of an error are printed', async () => {
  const details = [{ path: 'guests[0].email', problem: 'must be an e-mail address' }]
  service.fault(/PUT .*guests/, { status: 400, body: refusal('VALIDATION_FAILED', 'The request is not valid.', details) })
  const run = await runTickets(batch('--guests', makeGuestFile(1)))
  assert.match(run.stderr, /guests\[0\]\.email: must be an e-mail address\nNo batch was sent\./)
})

test('calls are signed for AWS where a region is given', async () => {
  const env = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' }
  const run = await runTickets(batch('--guests', makeGuestFile(1), '--region', 'eu-west-3'), { env })
  assert.equal(run.code, 0, run.stderr)
  for (const { authorization } of service.received)
    assert.match(authorization ?? '', /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-3\/execute-api\/aws4_request, /)
})

test('status, retry and cancel tell what the service answers', async () => {
  await runTickets(batch('--guests', makeGuestFile(4), '--batch-id', 'b-1'))
  service.failing.set(4, 'RENDER_FAILED')
  const run = (...words: string[]) => runTickets([...words, '--url', service.url])
  const status = await run('status', 'b-1')
  assert.match(status.stdout, /^3 generated, 1 failed/)
  assert.equal(status.code, 1)
  assert.equal((await run('retry', 'b-1')).stdout, '2 tickets are queued again (batch b-1).\n')
  assert.equal((await run('cancel', 'b-1')).stdout, '2 tickets are cancelled (batch b-1, cancelled).\n')
})

test('--json writes one object, for a result and for a failure', async () => {
  service.failing.set(2, 'RENDER_FAILED')
  const result = JSON.parse((await runTickets(batch('--guests', makeGuestFile(2), '--json'))).stdout)
  assert.equal(result.generatedCount, 1)
  const message = 'It did not work for 2.'
  assert.deepEqual(result.failures, [{ guestId: 2, ticketCode: codeOf(2), code: 'RENDER_FAILED', message, details: [] }])
  const failed = JSON.parse((await runTickets(batch('--guests', makeFile('g.csv', 'x\n'), '--json'))).stdout)
  assert.equal(failed.error.code, 'BAD_INPUT')
  assert.equal(failed.error.details[0].line, 1)
})

test('--quiet writes nothing when all is well, and what is wrong otherwise', async () => {
  const well = await runTickets(batch('--guests', makeGuestFile(2), '--quiet'))
  assert.deepEqual([well.stdout, well.stderr, well.code], ['', '', 0])
  service.failing.set(2, 'RENDER_FAILED')
  const wrong = await runTickets(batch('--guests', makeGuestFile(2), '--quiet'))
  assert.deepEqual([wrong.stdout, wrong.code], ['', 1])
  assert.match(wrong.stderr, /1 RENDER_FAILED/)
})

test('--help of every command has an example, and names every exit status', async () => {
  const { stdout, code } = await runTickets(['--help'])
  assert.equal(code, 0)
  for (const status of ['0', '1', '2', '3', '130']) assert.match(stdout, new RegExp(`\\n +${status} `))
  const commands = [...stdout.matchAll(/^ {2}([a-z-]+) \[options\]/gm)].map(([, name = '']) => [name])
  assert.equal(commands.length, 18)
  const keys = ['list', 'rotate', 'retire'].map((name) => ['keys', name])
  const helps = await Promise.all([...commands, ...keys].map((words) => runTickets([...words, '--help'])))
  for (const help of helps) {
    assert.equal(help.code, 0)
    assert.match(help.stdout, /\nExamples:\n {2}npx tickets /)
  }
})

test('Ctrl-C while a retired key’s tickets wait to be made new tells that the key is retired, and how to go on', async () => {
  const file = join(makeFolder(), 'keys.json')
  const keys = (...words: string[]) => ['keys', ...words, '--file', file, '--url', service.url]
  await ensureKeyFile(file)
  const run = await runTickets(keys('retire', '--key', '1', '--reissue'), {
    onStart: (child) => child.stderr?.on('data', (text) => String(text).includes('Waiting') && child.kill('SIGINT')),
  })
  assert.equal(run.code, 130, run.stderr)
  assert.match(
    run.stderr,
    /Key 1 is retired.*\nKey 2 was created.*\n.*npx tickets keys retire --key 1 --reissue --file \S+keys\.json --url http/,
  )
  assert.match((await runTickets(keys('list'))).stdout, /^ {2}1 {2}retired/)
})

test('a result that cannot be written ends with 1 and the reason', async () => {
  const unwritable = openSync(makeFile('readonly', ''), 'r')
  const program = join(import.meta.dirname, '../../bin/tickets.ts')
  const child = spawn(process.execPath, [program, '--help'], { stdio: ['ignore', unwritable, 'pipe'] })
  assert.ok(child.stderr)
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  assert.equal(code, 1)
  assert.match(stderr, /^The result could not be written: EBADF/)
})
