import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { logFormatter } from '../../../../bin/local/process/log-lines.ts'

const line = (fields: object) =>
  JSON.stringify({ timestamp: '2026-11-29T12:31:16.382Z', level: 'info', service: 'ticket-generator', ...fields })

/** Formats a line as text, without its time and colours. */
const show = (fields: object) => stripVTControlCharacters(logFormatter('text')(line(fields))).replace(/^\[[\d:]+\] /, '')

test('JSON is passed on as it is', () => {
  assert.equal(logFormatter('json')(line({ message: 'Tickets generated' })), `${line({ message: 'Tickets generated' })}\n`)
})

test('control characters of a value reach no terminal, in text or JSON, which stays the same data', () => {
  const fields = { message: 'Ticket failed', data: { file: '\u009b31m\u007f\u202e\u001b]0;title\u0007' } }
  const json = logFormatter('json')(line(fields))
  assert.deepEqual(JSON.parse(json), JSON.parse(line(fields)))
  for (const shown of [json, show(fields), logFormatter('text')('\u009b31mraw')])
    assert.doesNotMatch(shown.trimEnd(), /[\p{Cc}\p{Bidi_Control}]/u)
})

test('a request is one line with its route, status, time and ids', () => {
  const data = { route: 'get-ticket', status: 200, durationMs: 12, ticketId: '7' }
  assert.equal(
    show({ message: 'Request answered', requestId: 'r-1', data }),
    'INFO: GET /api/tickets/{ticketId} 200 12 ms  ticketId 7\n',
  )
})

test('a refused request also has its request id, and an unknown path is named as such', () => {
  const data = { route: 'refuse-path', status: 404, durationMs: 1 }
  assert.equal(show({ message: 'Request answered', requestId: 'r-1', data }), 'INFO: unknown path 404 1 ms  request r-1\n')
})

test('an error is one line with its reason', () => {
  const error = { name: 'Error', message: 'disk full', stack: 'Error: disk full\n    at x' }
  assert.equal(
    show({ level: 'error', message: 'Not stored', error, data: { jobId: 1 } }),
    'ERROR: Not stored  jobId 1: disk full\n',
  )
})

test('no value of a line reaches the terminal raw', () => {
  const shown = logFormatter('text')(line({ message: 'A \u001b]0;title\u0007', data: { name: '\u009b31m' } }))
  assert.match(stripVTControlCharacters(shown), /A \\u\{1b\}\]0;title\\u\{7\} {2}name \\u\{9b\}31m/)
  assert.equal(logFormatter('text')('plain \u001b[2J'), 'plain \\u{1b}[2J\n')
})
