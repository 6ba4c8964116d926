import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { rmSync } from 'node:fs'
import { request } from 'node:http'
import { after, test } from 'node:test'
import { openLocalCallers } from '../../../bin/local/gateway/local-callers.ts'
import { isRunning } from '../../../bin/local/process/process-tree.ts'
import { startServer } from '../../fixtures/local-server.ts'
import { makePreparedState } from '../../fixtures/prepared-state.ts'
import { caretBehind, openStudio, press, shoot, textOf, waitForText } from '../../fixtures/studio.ts'
import { runTickets } from '../command-line.ts'

const stateFolder = await makePreparedState()
const { callers, credentialsFile } = openLocalCallers(stateFolder)
const server = await startServer(stateFolder, { REQUIRE_AUTH: '1', RENDERERS: '1' })
const env = { AWS_SHARED_CREDENTIALS_FILE: credentialsFile, AWS_PROFILE: 'core' }
after(async () => {
  if (isRunning(server.pid)) await server.end('SIGTERM')
  rmSync(stateFolder, { recursive: true, force: true })
})

/** Starts the command, and gives its link once it is open. */
async function runStudio(...words: string[]) {
  const opened = Promise.withResolvers<{ url: string; child: ChildProcess }>()
  const ended = runTickets(['studio', '--url', server.url, '--region', 'eu-west-3', '--port', '0', ...words], {
    env,
    onStart: (child) =>
      child.stdout?.on('data', (text: Buffer) => {
        const [url] = /http:\/\/127\S+/.exec(String(text)) ?? []
        if (url) opened.resolve({ url, child })
      }),
  })
  const failed = ended.then(({ stderr }) => Promise.reject(new Error(`The studio did not open: ${stderr}`)))
  const { url, child } = await Promise.race([opened.promise, failed])
  failed.catch(() => undefined)
  const close = () => {
    child.kill('SIGINT')
    return ended
  }
  return { url, api: url.replace(/studio$/, 'api/templates'), close }
}

/** Sends headers that fetch does not let anyone set, and gives the status and the message of the answer. */
async function send(address: string, headers: Record<string, string>, method = 'GET') {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number | undefined; text: string }>()
  request(address, { method, headers }, async (response) => {
    const text = (await response.toArray()).join('')
    resolve({ status: response.statusCode, text })
  })
    .on('error', reject)
    .end()
  return promise
}

test('a template of a service that takes only signed calls is previewed, tried and saved, and Ctrl-C closes the studio', async () => {
  const studio = await runStudio()
  const { page, problems, close } = await openStudio(`${studio.url}#new`)
  assert.equal(await textOf(page, '#service'), server.url)
  await page.type('#name', 'From afar')
  await caretBehind(page, '<h1>')
  await page.keyboard.type('Far ')
  await press(page, 's', 'Control')
  await waitForText(page, '#saved', 'Saved as version 1.')
  assert.match(await textOf(page, '#summary'), /trial print: 1 page/)
  await shoot(page, 'studio-remote')
  assert.deepEqual(problems, [])
  await close()
  const { templates } = (await (await fetch(studio.api)).json()).data
  assert.ok(templates.some(({ name }: { name: string }) => name === 'From afar'))
  const { code, stdout, stderr } = await studio.close()
  assert.equal(code, 0)
  for (const secret of callers.flatMap(({ secretAccessKey, sessionToken = secretAccessKey }) => [secretAccessKey, sessionToken]))
    assert.ok(!`${stdout}${stderr}`.includes(secret))
})

test('a read-only studio says so, hides what changes templates, and refuses it', async () => {
  const studio = await runStudio('--read-only')
  const { page, close } = await openStudio(`${studio.url}#1`)
  assert.match(await textOf(page, '#service'), /Read-only/)
  for (const id of ['new', 'save', 'save-new', 'archive'])
    assert.equal(await page.$eval(`#${id}`, (button) => button.checkVisibility()), false, id)
  await caretBehind(page, '.ticket { ')
  await page.keyboard.type('color: red; ')
  await press(page, 's', 'Control')
  await waitForText(page, '#saved', 'read-only')
  await page.click('#try')
  await waitForText(page, '#summary', 'trial print')
  await shoot(page, 'studio-read-only')
  await close()
  const headers = { 'content-type': 'application/json' }
  for (const [method, path] of [
    ['POST', ''],
    ['PUT', '/1000'],
    ['POST', '/1000/archive'],
  ] as const)
    assert.match(String((await fetch(`${studio.api}${path}`, { method, headers, body: '{}' })).status), /^40[45]$/, path)
  await studio.close()
})

test('other pages, other names of this machine, other keys and other routes get nothing', async () => {
  const { url, api, close } = await runStudio()
  const { host, origin } = new URL(url)
  assert.equal((await send(api, { host, origin })).status, 200)
  assert.equal((await send(api, { host: host.replace('127.0.0.1', 'localhost') })).status, 200)
  for (const [address, headers, reason] of [
    [api, { host: 'evil.example' }, /Host/],
    [api, { host: `evil.example:${new URL(url).port}` }, /Host/],
    [api, { host, origin: 'https://evil.example' }, /Origin/],
    [api, { host, origin: 'http://localhost:1' }, /Origin/],
    [api, { host, origin: 'null' }, /Origin/],
    [`${origin}/studio`, { host }, /key/],
    [api.replace(/[0-9a-f]{32}/, '0'.repeat(32)), { host }, /key/],
  ] as const) {
    const { status, text } = await send(address, headers)
    assert.equal(status, 403, `${address} ${JSON.stringify(headers)}`)
    assert.match(JSON.parse(text).error.message, reason)
  }
  const base = api.replace(/\/templates$/, '')
  for (const path of [
    '/events/456/doors',
    '/tickets/1',
    '/templates/1/preview',
    '/templates/%2e%2e',
    '/templates/..%2ftickets%2f1',
  ])
    assert.equal((await send(`${base}${path}`, { host, origin })).status, 404, path)
  await close()
})

test('wrong credentials and a taken port fail at the start with what to do', async () => {
  const words = ['studio', '--url', server.url, '--port', '0']
  const unsigned = await runTickets(words)
  assert.equal(unsigned.code, 1)
  assert.match(unsigned.stderr, /--region/)
  const taken = ['studio', '--url', server.url, '--region', 'eu-west-3', '--port', new URL(server.url).port]
  const { code, stderr } = await runTickets(taken, { env })
  assert.equal(code, 2)
  assert.match(stderr, /Port \d+ cannot be used: address already in use\. Choose another with --port\./)
})

test('an outage is told on the page, with its reason in the terminal', async () => {
  const studio = await runStudio()
  await server.end('SIGTERM')
  const { status, text } = await send(studio.api, { host: new URL(studio.url).host })
  assert.equal(status, 502)
  assert.match(JSON.parse(text).error.message, /terminal/)
  assert.match((await studio.close()).stderr, /does not answer: connection refused/)
})
