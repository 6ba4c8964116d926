import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openApiGateway } from '../../../../bin/local/gateway/api-gateway.ts'

const route = { method: 'POST', timeoutSeconds: 10, authorization: 'iam' } as const

describe('stopping the gateway', () => {
  test('lets a request that runs end, and takes no more', async () => {
    const gateway = await openApiGateway({ host: '127.0.0.1', port: 0 })
    const began = Promise.withResolvers<void>()
    const finish = Promise.withResolvers<void>()
    const handler = async () => {
      began.resolve()
      await finish.promise
      return reply('done')
    }
    gateway.serve({
      routes: [{ ...route, name: 'only', method: 'GET', path: '/', handler }],
      log: assert.fail,
    })
    const url = `http://127.0.0.1:${gateway.port}/`
    const running = fetch(url)
    await began.promise
    const stopped = gateway.stop()
    await assert.rejects(fetch(url))
    finish.resolve()
    assert.equal(await (await running).json(), 'done')
    await stopped
  })

  test('before it serves cuts off the requests that wait', async () => {
    const gateway = await openApiGateway({ host: '127.0.0.1', port: 0 })
    const waiting = assert.rejects(fetch(`http://127.0.0.1:${gateway.port}/`))
    await gateway.stop()
    await waiting
  })
})

function reply(content: unknown) {
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(content) }
}
