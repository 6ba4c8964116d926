import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { eventually } from '../fixtures/eventually.ts'
import { basicEnvironment } from '../fixtures/local-server.ts'
import { makePreparedState } from '../fixtures/prepared-state.ts'

// A collector of traces: OTLP over HTTP, protobuf.
const spans: Buffer[] = []
const collector = createServer(async (request, response) => {
  spans.push(await buffer(request))
  response.end()
}).listen(0, '127.0.0.1')
await once(collector, 'listening')
after(() => collector.close())

const stateFolder = await makePreparedState()
const child = spawn(process.execPath, [join(import.meta.dirname, '../../bin/local.ts')], {
  env: {
    ...basicEnvironment,
    ...{ LOG_LEVEL: 'debug', PORT: '0', METRICS_PORT: '0', LOCAL_STATE_DIR: stateFolder },
    ...{ OTEL_TRACES_EXPORTER: 'otlp', OTEL_BSP_SCHEDULE_DELAY: '100' },
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
  },
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

const readAddress = async (pattern: RegExp) => {
  await eventually('the service is ready', () => output.includes('/metrics\n'), 30_000)
  return pattern.exec(output)?.[1] ?? ''
}

test('the logs contain no link, payload, pass or name', async () => {
  const url = await readAddress(/ready at (\S+)/)
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
  const door = await ask('POST', '/api/events/456/doors', { label: 'North gate', guestList: true })
  const authorization = `Door ${door.pass}`
  for (const link of [ticket.pdfUrl, ticket.qrCodeUrl, `${ticket.pdfUrl}x`]) await ask('GET', link)
  await ask('POST', '/door/api/tickets/validate', { qr: qrPayload }, { authorization })
  await ask('POST', '/door/api/tickets/validate', { qr: `${qrPayload}A` }, { authorization: `${authorization}A` })
  await ask('POST', `/door/api/tickets/${ticket.ticketId}/check-in`, { gate: 'North' }, { authorization })
  await ask('POST', `/api/tickets/${ticket.ticketId}/reissue`)
  await ask('GET', '/api/events/456/guests/4711/export')
  await ask('GET', '/api/events/456/guests?q=Zebedee')
  await ask('GET', '/door/api/events/456/guests?q=Zebedee', undefined, { authorization })
  // Refused by a check, by a template that lacks a word, and as one guest of a batch.
  await ask('PUT', '/api/events/456/guests', { guests: [{ guestId: 4712, ...data, email: 'zebedee@@Quux' }] })
  await ask('PUT', '/api/events/456/guests?onInvalid=skip', { guests: [{ guestId: 'Zebedee', ...data }] })
  await ask('POST', '/api/templates/preview', { source: '{{#if Zebedee}}{{firstName}}', sample: data, data })
  const guests = [{ guestId: 4713, data: { ...data, repeat: 'Zebedee '.repeat(200) } }]
  await ask('POST', '/api/tickets/batch', { eventId: 456, guests, options: { batchId: 'odd' } })
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

test('what a renderer logs and traces of a batch belongs to the request for it, and counts for Prometheus', async () => {
  const url = await readAddress(/ready at (\S+)/)
  const metricsUrl = await readAddress(/Prometheus: (\S+)/)
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
  const body = JSON.stringify({ eventId: 456, guestIds: [123, 124, 125] })
  const headers = { 'content-type': 'application/json', traceparent: `00-${traceId}-00f067aa0ba902b7-01` }
  const response = await fetch(new URL('/api/tickets/batch', url), { method: 'POST', headers, body })
  const requestId = response.headers.get('x-amzn-requestid')
  const { jobId } = (await response.json()).data
  const isPrinted = () =>
    output
      .split('\n')
      .some((line) => line.includes('Tickets generated') && line.includes(`"requestId":"${requestId}","data":{"jobId":${jobId},`))
  await eventually('the renderer logs the request id', isPrinted, 30_000)
  const ofTrace = () => Buffer.concat(spans.filter((sent) => sent.includes(Buffer.from(traceId, 'hex'))))
  for (const name of ['POST /api/tickets/batch', 'process ticket-generation', 'PUT 127.0.0.1', 'transaction', 'SELECT'])
    await eventually(`there is a span "${name}"`, () => ofTrace().includes(name), 10_000)
  for (const personal of ['Zebedee', 'Quux', 'zebedee@', 'signature=', 'firstName'])
    assert(!Buffer.concat(spans).includes(personal), personal)
  const metrics = await (await fetch(metricsUrl)).text()
  const count = Number(/^tickets_generated_total\{event_id="456",template_id="1",status="generated"\} (\d+)$/m.exec(metrics)?.[1])
  assert.equal(Number(/^ticket_generation_duration_seconds_count (\d+)$/m.exec(metrics)?.[1]), count)
  assert(count >= 3)
})
