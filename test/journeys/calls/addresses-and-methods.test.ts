import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateBody } from '../../../functions/contract/examples/tickets.ts'
import { service } from '../../fixtures/service.ts'

const { call } = service

const generate = (body: unknown) => call('POST', '/api/tickets/generate', body)

test('a resource has one address: ids are decimal without leading zeros, signs or fractions', async () => {
  const made = (await generate(generateBody)).json.data
  const { search } = new URL(made.pdfUrl)
  assert.equal((await call('GET', `/pdf/${made.ticketId}${search}`)).status, 302)
  for (const id of [
    `0${made.ticketId}`,
    `+${made.ticketId}`,
    `${made.ticketId}.0`,
    `${made.ticketId}e0`,
    `%20${made.ticketId}`,
  ]) {
    assert.equal((await call('GET', `/pdf/${id}${search}`)).status, 400, id)
    assert.equal((await call('GET', `/api/tickets/${id}`)).status, 400, id)
  }
  for (const target of [`/pdf/${made.ticketId}/`, `//pdf/${made.ticketId}`, `/PDF/${made.ticketId}`, `/pdf//${made.ticketId}`])
    assert.equal((await call('GET', `${service.url}${target}${search}`)).status, 404, target)
  for (const target of [
    '/api/batches/x/status?limit=010',
    '/api/batches/x/status?cursor=01',
    '/api/templates?limit=05',
    '/api/templates/1?version=01',
    '/api/events/456/revocations?after=00',
    '/api/events/0456/revocations',
  ])
    assert.equal((await call('GET', target)).status, 400, target)
  assert.equal((await call('POST', '/api/keys/01/reissue')).status, 400)
})

test('repeated and unknown parameters are refused, except additions to guest links', async () => {
  const problem = async (target: string) => (await call('GET', target)).json.error.details
  assert.deepEqual(await problem('/api/batches/x/status?limit=1&limit=2'), [{ path: 'limit', problem: 'must be given once' }])
  for (const name of ['limit[]', 'limt', '__proto__', 'constructor'])
    assert.deepEqual(await problem(`/api/templates?${encodeURIComponent(name)}=1`), [
      { path: name, problem: 'is not a parameter that this route takes' },
    ])
  const { pdfUrl } = (await generate(generateBody)).json.data
  assert.equal((await call('GET', `${pdfUrl}&utm_source=mail`)).status, 302)
  assert.equal((await call('GET', `${pdfUrl}&signature=x`)).status, 400)
  assert.equal((await call('GET', '/api/templates?X-Amz-Date=20261129T000000Z')).status, 200)
})

test('HEAD answers like GET without content; other methods are refused with the allowed ones', async () => {
  for (const target of [
    '/health',
    '/openapi.json',
    '/api/templates',
    '/api/tickets/424242',
    '/docs',
    '/pdf/1?expires=1&signature=x',
  ]) {
    const [get, head] = await Promise.all([call('GET', target), call('HEAD', target)])
    assert.equal(head.status, get.status, target)
    assert.equal(head.headers.get('content-type'), get.headers.get('content-type'))
    assert.equal(head.bytes.length, 0)
    assert.equal(get.headers.get('strict-transport-security'), 'max-age=31536000')
  }
  for (const [method, target, allow] of [
    ['OPTIONS', '/health', 'GET, HEAD'],
    ['DELETE', '/pdf/1', 'GET, HEAD'],
    ['HEAD', '/api/tickets/generate', 'POST'],
    ['PATCH', '/api/templates', 'GET, HEAD, POST'],
    ['PUT', '/door/api/events/1/revocations', 'GET, HEAD'],
  ] as const) {
    const { status, headers } = await call(method, target)
    assert.deepEqual([status, headers.get('allow')], [405, allow], `${method} ${target}`)
  }
})

test('an unknown path, a wrong method and a bad id get the error shape too', async () => {
  for (const [method, target, status, code] of [
    ['GET', '/nothing', 404, 'ROUTE_NOT_FOUND'],
    ['GET', '/nothing/here', 404, 'ROUTE_NOT_FOUND'],
    ['DELETE', '/nothing%zz', 404, 'ROUTE_NOT_FOUND'],
    ['POST', '/t', 404, 'ROUTE_NOT_FOUND'],
    ['DELETE', '/api/tickets/1', 405, 'METHOD_NOT_ALLOWED'],
    ['GET', '/api/tickets/generate', 405, 'METHOD_NOT_ALLOWED'],
    ['GET', '/api/tickets/1.5', 400, 'VALIDATION_FAILED'],
    ['GET', '/api/tickets/0', 400, 'VALIDATION_FAILED'],
    ['GET', '/api/tickets/99999999999999999', 400, 'VALIDATION_FAILED'],
    ['GET', '/api/tickets/%00', 400, 'VALIDATION_FAILED'],
    ['GET', '/api/tickets/424242', 404, 'TICKET_NOT_FOUND'],
    ['GET', '/pdf/1?expires=1&signature=x', 403, 'FORBIDDEN'],
  ] as const) {
    const { status: given, json } = await call(method, target)
    assert.equal(given, status, `${method} ${target}`)
    assert.deepEqual(Object.keys(json.error), ['code', 'message', 'details', 'requestId'])
    assert.equal(json.error.code, code, `${method} ${target}`)
  }
})

test('a browser that needs no signature gets every failure as a page in its language', async () => {
  for (const [method, target, status] of [
    ['GET', '/t', 404],
    ['HEAD', '/t', 404],
    ['GET', '/nothing/here', 404],
    ['GET', '/pdf/1', 403],
    ['GET', '/pdf/x?expires=1&signature=x', 400],
    ['GET', '/calendar/1', 403],
    ['GET', '/qr/1', 403],
    ['GET', '/wallet/1?type=apple', 403],
    ['GET', '/docs/nothing', 404],
  ] as const) {
    const headers = { accept: 'text/html,*/*;q=0.8', 'accept-language': 'fr-CH, en;q=0.5' }
    const response = await fetch(service.url + target, { method, headers })
    assert.deepEqual([response.status, response.headers.get('content-type')], [status, 'text/html; charset=utf-8'], target)
    if (method !== 'HEAD') assert.match(await response.text(), /<html lang="fr" dir="ltr">[\s\S]*Aucun billet ici/, target)
  }
})

test('an answer never shows a stack, and is never HTML', async () => {
  for (const body of ['{', '{}', generateBody, { ...generateBody, templateId: 3 }]) {
    const { bytes, headers } = await generate(body)
    assert.match(headers.get('content-type') ?? '', /^application\/json/)
    assert.doesNotMatch(bytes.toString(), /node_modules|at .*:\d+:\d+|<html/)
  }
})
