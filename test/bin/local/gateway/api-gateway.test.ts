import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import type { APIGatewayProxyEvent, Context } from 'aws-lambda'
import { type ApiGateway, openApiGateway } from '../../../../bin/local/gateway/api-gateway.ts'

const megabyte = 1024 * 1024
const route = { method: 'POST', timeoutSeconds: 10, authorization: 'iam' } as const
const handlers = {
  echo: async (event: APIGatewayProxyEvent, context: Context) => reply({ event, functionName: context.functionName }),
  length: async ({ body }: APIGatewayProxyEvent) => reply(body?.length),
  image: async () => ({ statusCode: 200, body: 'iVBORw==', isBase64Encoded: true, headers: { 'content-type': 'image/png' } }),
  cookies: async () => ({ statusCode: 204, multiValueHeaders: { 'set-cookie': ['a=1', 'b=2'] }, body: '' }),
  throwing: async () => Promise.reject(new Error('the secret reason')),
  malformed: async () => 'not a proxy result',
  'bad-header': async () => ({ statusCode: 200, headers: { etag: '"1"', 'x-title': 'two\nlines' }, body: 'its own' }),
  large: async ({ queryStringParameters }: APIGatewayProxyEvent) => ofBytes(Number(queryStringParameters?.bytes)),
  slow: () => new Promise(() => undefined),
}
const routes = (
  [
    { ...route, name: 'echo', path: '/echo/{name}' },
    { ...route, name: 'length', path: '/length' },
    { ...route, name: 'image', method: 'GET', path: '/image' },
    { ...route, name: 'cookies', method: 'GET', path: '/cookies' },
    { ...route, name: 'throwing', method: 'GET', path: '/throwing' },
    { ...route, name: 'malformed', method: 'GET', path: '/malformed' },
    { ...route, name: 'bad-header', method: 'GET', path: '/bad-header' },
    { ...route, name: 'large', method: 'GET', path: '/large' },
    { ...route, name: 'slow', method: 'GET', path: '/slow', timeoutSeconds: 0.2 },
  ] as const
).map((each) => ({ ...each, handler: handlers[each.name] }))

describe('the gateway', () => {
  const logged: string[] = []
  let gateway: ApiGateway
  let url: string

  before(async () => {
    gateway = await openApiGateway({ host: '127.0.0.1', port: 0 })
    url = `http://127.0.0.1:${gateway.port}`
    gateway.serve({ routes, log: (line) => logged.push(line) })
  })
  after(() => gateway.stop())

  async function readEvent(path: string, init: RequestInit): Promise<APIGatewayProxyEvent> {
    const response = await fetch(`${url}${path}`, { method: 'POST', ...init })
    const { event, functionName } = (await response.json()) as { event: APIGatewayProxyEvent; functionName: string }
    assert.equal(functionName, 'echo')
    assert.equal(response.headers.get('x-amzn-requestid'), event.requestContext.requestId)
    return event
  }

  async function assertFailure(response: Response, status: number, code: string): Promise<{ message: string }> {
    assert.equal(response.status, status)
    assert.equal(response.headers.get('content-type'), 'application/json; charset=utf-8')
    const { success, error } = (await response.json()) as { success: boolean; error: Record<string, unknown> }
    assert.equal(success, false)
    assert.equal(error.code, code)
    assert.deepEqual(error.details, [])
    assert.equal(error.requestId, response.headers.get('x-amzn-requestid'))
    return { message: String(error.message) }
  }

  test('makes the event of a REST API', async () => {
    const event = await readEvent('/echo/a%2Fb%20%C3%A9?x=1&x=2&y=a+b%26', { body: '{"é":1}', headers: { 'X-Own': 'one' } })
    assert.equal(event.resource, '/echo/{name}')
    assert.equal(event.httpMethod, 'POST')
    assert.deepEqual(event.pathParameters, { name: 'a/b é' })
    assert.deepEqual(event.queryStringParameters, { x: '2', y: 'a b&' })
    assert.deepEqual(event.multiValueQueryStringParameters, { x: ['1', '2'], y: ['a b&'] })
    assert.equal(event.body, '{"é":1}')
    assert.equal(event.isBase64Encoded, false)
    assert.equal(event.requestContext.resourcePath, '/echo/{name}')
    assert.match(event.requestContext.requestTime ?? '', /^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/)
    assert.equal(event.requestContext.identity.sourceIp, '127.0.0.1')
  })

  test('leaves out what the request does not have', async () => {
    const event = await readEvent('/echo/x', {})
    assert.equal(event.body, null)
    assert.equal(event.queryStringParameters, null)
    assert.equal(event.multiValueQueryStringParameters, null)
  })

  test('hands a body that is not UTF-8 on as base64', async () => {
    const event = await readEvent('/echo/x', { body: Buffer.from([0xff, 0xfe, 0x00]) })
    assert.equal(event.isBase64Encoded, true)
    assert.equal(event.body, '//4A')
  })

  test('writes bytes that come as base64', async () => {
    const response = await fetch(`${url}/image`)
    assert.equal(response.headers.get('content-type'), 'image/png')
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), Buffer.from('89504e47', 'hex'))
  })

  test('writes a header with several values as several headers', async () => {
    const response = await fetch(`${url}/cookies`)
    assert.deepEqual(response.headers.getSetCookie(), ['a=1', 'b=2'])
  })

  test('answers an unknown path in the error shape', async () => {
    const { message } = await assertFailure(await fetch(`${url}/nothing?x=1`), 404, 'ROUTE_NOT_FOUND')
    assert.equal(message, 'There is no route /nothing.')
  })

  test('refuses a method that a path does not take, and names those it takes', async () => {
    for (const method of ['DELETE', 'OPTIONS', 'POST', 'PATCH', 'PROPFIND']) {
      const response = await fetch(`${url}/image`, { method })
      assert.equal(response.headers.get('allow'), 'GET, HEAD')
      const { message } = await assertFailure(response, 405, 'METHOD_NOT_ALLOWED')
      assert.equal(message, `/image does not take ${method}. It takes GET, HEAD.`)
    }
  })

  test('refuses methods that are none, TRACE and CONNECT alike, and gives an unknown path as unknown with any method', async () => {
    for (const method of ['TRACE', 'CONNECT', 'BREW', 'get', 'X-Y'])
      for (const [path, status] of [
        ['/image', 405],
        ['/nothing', 404],
      ] as const) {
        const answer = await talk(gateway.port, `${method} ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)
        assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `), `${method} ${path}`)
        assert.equal(/^allow: GET, HEAD\r$/im.test(answer), status === 405, `${method} ${path}`)
        assert.match(answer, /"code":"(METHOD_NOT_ALLOWED|ROUTE_NOT_FOUND)"/)
      }
  })

  test('answers HEAD as GET, with the length of the answer and without the answer', async () => {
    const [get, head] = await Promise.all(['GET', 'HEAD'].map((method) => fetch(`${url}/image`, { method })))
    assert.equal(head?.status, 200)
    for (const name of ['content-type', 'content-length']) assert.equal(head.headers.get(name), get?.headers.get(name), name)
    assert.equal(head.headers.get('content-length'), '4')
    assert.equal((await head.arrayBuffer()).byteLength, 0)
  })

  test('refuses a path that is not percent-encoded UTF-8', async () => {
    await assertFailure(await fetch(`${url}/echo/%E0%A4%A`, { method: 'POST' }), 400, 'VALIDATION_FAILED')
    await assertFailure(await fetch(`${url}/echo/%ff`, { method: 'POST' }), 400, 'VALIDATION_FAILED')
  })

  test('takes a malformed query as it is', async () => {
    const event = await readEvent('/echo/x?a=%zz&=&b', {})
    assert.deepEqual(event.queryStringParameters, { a: '%zz', '': '', b: '' })
  })

  test('keeps the reason of a fault in the log, told once', async () => {
    const { message } = await assertFailure(await fetch(`${url}/throwing`), 502, 'INTERNAL_ERROR')
    assert.equal(message, 'The function failed.')
    assert.equal(logged.filter((line) => line.includes('the secret reason')).length, 1)
  })

  test('treats a malformed proxy result as a fault of the function', async () => {
    await assertFailure(await fetch(`${url}/malformed`), 502, 'INTERNAL_ERROR')
  })

  test('discards an answer with invalid headers', async () => {
    const response = await fetch(`${url}/bad-header`)
    await assertFailure(response, 502, 'INTERNAL_ERROR')
    assert.equal(response.headers.get('etag'), null)
  })

  test('passes on an answer of 6 MB in JSON, and takes one byte more for a fault, as Lambda does', async () => {
    assert.equal((await fetch(`${url}/large?bytes=${6 * megabyte}`)).status, 200)
    await assertFailure(await fetch(`${url}/large?bytes=${6 * megabyte + 1}`), 502, 'INTERNAL_ERROR')
    assert.match(
      logged.at(-1) ?? '',
      /Response payload size \(6291457 bytes\) exceeded maximum allowed payload size \(6291456 bytes\)/,
    )
  })

  test('gives up on a function that outlives its time', async () => {
    const { message } = await assertFailure(await fetch(`${url}/slow`), 504, 'INTERNAL_ERROR')
    assert.equal(message, 'The function did not answer within 0.2 seconds.')
  })

  test('takes a body of 6 MB and refuses one byte more, declared or not', async () => {
    const most = Buffer.alloc(6 * megabyte, 'a')
    assert.equal(await (await fetch(`${url}/length`, { method: 'POST', body: most })).json(), most.length)
    const more = Buffer.alloc(6 * megabyte + 1, 'a')
    await assertFailure(await fetch(`${url}/echo/x`, { method: 'POST', body: more }), 413, 'PAYLOAD_TOO_LARGE')
    const unannounced = { method: 'POST', body: new Blob([more]).stream(), duplex: 'half' }
    await assertFailure(await fetch(`${url}/echo/x`, unannounced), 413, 'PAYLOAD_TOO_LARGE')
  })

  test('refuses a huge upload before it is sent, when the client asks first', async () => {
    const head = `POST /echo/x HTTP/1.1\r\nhost: x\r\ncontent-length: ${100 * megabyte}\r\nexpect: 100-continue\r\n\r\n`
    assert.match(await talk(gateway.port, head), /^HTTP\/1\.1 413 .*PAYLOAD_TOO_LARGE/s)
    const small = 'POST /echo/x HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n{}'
    assert.match(await talk(gateway.port, small), /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /)
  })

  test('answers what is not HTTP, and headers beyond measure, in the error shape', async () => {
    assert.match(await talk(gateway.port, 'nonsense\r\n\r\n'), /^HTTP\/1\.1 400 .*"VALIDATION_FAILED"/s)
    const heavy = `GET /image HTTP/1.1\r\nhost: x\r\nx-own: ${'a'.repeat(100_000)}\r\n\r\n`
    assert.match(await talk(gateway.port, heavy), /^HTTP\/1\.1 431 .*"VALIDATION_FAILED"/s)
    const long = `GET /image?x=${'a'.repeat(100_000)} HTTP/1.1\r\nhost: x\r\n\r\n`
    assert.match(await talk(gateway.port, long), /^HTTP\/1\.1 431 .*"VALIDATION_FAILED"/s)
    for (const head of [
      'GET /im\0age HTTP/1.1\r\nhost: x',
      'GET /image HTTP/1.1\r\nhost: x\r\nx-own: a\0b',
      'POST /length HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ncontent-length: 3',
      'POST /length HTTP/1.1\r\nhost: x\r\ncontent-length: -1',
      'POST /length HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ntransfer-encoding: chunked',
      'POST /length HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz',
      'GET /image HTTP/1.1\r\nconnection: close',
    ])
      assert.match(await talk(gateway.port, `${head}\r\n\r\n`), /^HTTP\/1\.1 400 .*"VALIDATION_FAILED"/s, head)
  })

  test('survives clients that go away in the middle', async () => {
    for (const part of [
      'POST /echo/x HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf',
      'GET /slow HTTP/1.1\r\nhost: x\r\n\r\n',
      'GE',
    ]) {
      const socket = connect(gateway.port, '127.0.0.1')
      await once(socket, 'connect')
      socket.write(part, () => socket.resetAndDestroy())
      await once(socket, 'close')
    }
    assert.equal((await fetch(`${url}/image`)).status, 200)
  })
})

/** Makes an answer that is this large in JSON. */
function ofBytes(bytes: number) {
  const empty = { statusCode: 200, body: '' }
  return { ...empty, body: 'a'.repeat(bytes - JSON.stringify(empty).length) }
}

function reply(content: unknown) {
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(content) }
}

/** Sends bytes over a bare connection and gives all that comes back. */
async function talk(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let received = ''
  socket.setEncoding('utf8').on('data', (chunk) => {
    received += chunk
  })
  socket.write(bytes)
  await once(socket, 'close')
  return received
}
