import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { eventually } from '../fixtures/eventually.ts'
import { basicEnvironment } from '../fixtures/local-server.ts'
import { makePreparedState } from '../fixtures/prepared-state.ts'

const stateFolder = await makePreparedState()
const child = spawn(process.execPath, [join(import.meta.dirname, '../../bin/local.ts')], {
  env: { ...basicEnvironment, LOG_LEVEL: 'debug', PORT: '0', LOCAL_STATE_DIR: stateFolder },
  stdio: ['ignore', 'pipe', 'pipe'],
})
let output = ''
for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text))
after(async () => {
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  await exit
  await rm(stateFolder, { recursive: true, force: true })
})

test('the logs contain no link, payload, pass or name', async () => {
  await eventually('the service is ready', () => output.includes('/docs\n'), 30_000)
  const url = /ready at (\S+)/.exec(output)?.[1] ?? ''
  const begin = output.length
  const ask = async (method: string, target: string, body?: object, headers = {}) => {
    const content = body ? { body: JSON.stringify(body) } : {}
    const response = await fetch(new URL(target, url), {
      ...{ method, redirect: 'manual' },
      headers: { 'content-type': 'application/json', ...headers },
      ...content,
    })
    const text = await response.text()
    return text.startsWith('{') ? JSON.parse(text).data : undefined
  }
  const data = { firstName: 'Zebedee', lastName: 'Quux', email: 'zebedee@example.com' }
  const ticket = await ask('POST', '/api/tickets/generate', { eventId: 456, guestId: 4711, data })
  const { qrPayload } = await ask('GET', `/api/tickets/${ticket.ticketId}`)
  const door = await ask('POST', '/api/events/456/doors', { label: 'North gate' })
  const authorization = `Door ${door.pass}`
  for (const link of [ticket.pdfUrl, ticket.qrCodeUrl, `${ticket.pdfUrl}x`]) await ask('GET', link)
  await ask('POST', '/door/api/tickets/validate', { qr: qrPayload }, { authorization })
  await ask('POST', '/door/api/tickets/validate', { qr: `${qrPayload}A` }, { authorization: `${authorization}A` })
  await ask('POST', `/door/api/tickets/${ticket.ticketId}/check-in`, { gate: 'North' }, { authorization })
  await ask('POST', `/api/tickets/${ticket.ticketId}/reissue`)
  await ask('GET', '/api/events/456/guests/4711/export')
  await ask('DELETE', '/api/events/456/guests/4711')
  await eventually('the last request is logged', () => output.includes('erase-guest'))
  const logged = output.slice(begin)
  const signatures = [ticket.pdfUrl, ticket.qrCodeUrl].map((link) => new URL(link).searchParams.get('signature') ?? '')
  for (const secret of [
    ...signatures,
    qrPayload,
    door.pass,
    door.pass.split('.').at(-1),
    'Zebedee',
    'Quux',
    'zebedee@',
    'signature=',
  ])
    assert.ok(!logged.includes(secret), secret)
})
