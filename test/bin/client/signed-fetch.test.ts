import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { openCore } from '../../../bin/client/core-client.ts'
import { SigningError } from '../../../bin/client/signed-fetch.ts'
import { regionOf } from '../../../bin/tickets/command.ts'
import { makeRequestSigner } from '../../../functions/aws/request-signer.ts'

const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const received: { url: string; headers: IncomingHttpHeaders }[] = []
const server = createServer(({ url = '', headers }, response) => {
  received.push({ url, headers })
  response.setHeader('content-type', 'application/json').end('{"success":true,"data":{}}')
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
after(() => server.close())
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/prod`

test('the region stands in an address of API Gateway, and in no other', () => {
  assert.equal(regionOf('https://abc123.execute-api.eu-west-3.amazonaws.com/prod'), 'eu-west-3')
  assert.equal(regionOf('http://localhost:3004'), undefined)
  assert.equal(regionOf('https://execute-api.eu-west-3.amazonaws.com.example.com'), undefined)
})

test('calls of the client and of the functions are signed as AWS Signature Version 4 wants it', async () => {
  process.env.AWS_ACCESS_KEY_ID = 'AKIDEXAMPLE'
  process.env.AWS_SECRET_ACCESS_KEY = secret
  const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"eventId":456}' }
  const target = '/prod/api/batches/b%3A1/status?limit=1&cursor=a%20b'
  await openCore({ url, region: 'eu-west-3' }).send(target.replace('/prod', '').replace('%20', '+'), request)
  const call = received.at(-1)
  assert.equal(call?.url, target)
  assertSigned(call.headers, request.body)
  const address = url.replace('/prod', target)
  const headers = await makeRequestSigner('eu-west-3')({ ...request, address })
  assertSigned({ ...headers, host: new URL(address).host }, request.body)
})

/** Computes the signature of the call above anew (AWS, "Create a signed request"), and compares it. */
function assertSigned(headers: IncomingHttpHeaders, body: string): void {
  const [, names = '', signature] = /SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(headers.authorization ?? '') ?? []
  const canonical = [
    'POST',
    // The path is escaped once more than it was sent (AWS, "Create a canonical request").
    '/prod/api/batches/b%253A1/status',
    'cursor=a%20b&limit=1',
    ...names.split(';').map((name) => `${name}:${headers[name]}`),
    '',
    names,
    createHash('sha256').update(body).digest('hex'),
  ].join('\n')
  const date = String(headers['x-amz-date'])
  const scope = `${date.slice(0, 8)}/eu-west-3/execute-api/aws4_request`
  const toSign = ['AWS4-HMAC-SHA256', date, scope, createHash('sha256').update(canonical).digest('hex')].join('\n')
  const key = scope
    .split('/')
    .reduce((key: string | Buffer, part) => createHmac('sha256', key).update(part).digest(), `AWS4${secret}`)
  assert.ok(names.includes('host'))
  assert.equal(signature, createHmac('sha256', key).update(toSign).digest('hex'))
}

test('a call that cannot be signed fails once, and says why', async () => {
  let attempts = 0
  const sign = async () => {
    attempts += 1
    throw new Error('Could not load credentials')
  }
  await assert.rejects(openCore({ url, sign }).list_events(), (error) => {
    assert.ok(error instanceof SigningError)
    assert.match(error.message, /cannot be signed for AWS: Could not load credentials/)
    return true
  })
  assert.equal(attempts, 1)
})
