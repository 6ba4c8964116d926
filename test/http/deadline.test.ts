import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { makeContext } from '../../bin/local/lambda/lambda-context.ts'
import { startPostgres } from '../../bin/local/postgres/postgres.ts'
import { openNetwork } from '../fixtures/cuttable-network.ts'
import { makePreparedState } from '../fixtures/prepared-state.ts'

const database = await startPostgres(await makePreparedState(), () => undefined)
const address = new URL(database.url)
const network = await openNetwork(`http://${address.host}`)
address.host = new URL(network.url).host
Object.assign(process.env, { DATABASE_URL: address.href, ALLOWED_CALLERS: 'anyone', LOG_LEVEL: 'silent' })
const { handler } = await import('../../functions/api/list-templates.ts')

after(async () => {
  network.close()
  await database.stop()
})

test('a request whose connection falls silent answers before its timeout, and the next one connects anew', async () => {
  assert.equal((await listTemplates()).statusCode, 200)
  network.stall()
  network.freeze()
  const late = await listTemplates({ timeoutMs: 1500 })
  assert.equal(late.statusCode, 503)
  assert.equal(JSON.parse(late.body).error.code, 'DATABASE_UNAVAILABLE')
  network.mend()
  assert.equal((await listTemplates()).statusCode, 200)
})

test('a request after a silent failover is answered, as fast as a connection is found dead', async () => {
  assert.equal((await listTemplates()).statusCode, 200)
  network.freeze()
  assert.equal((await listTemplates()).statusCode, 200)
})

async function listTemplates({ timeoutMs = 10_000 } = {}) {
  const event = {
    ...{ resource: '/api/templates', path: '/api/templates', httpMethod: 'GET', headers: {}, body: null },
    requestContext: { requestId: 'request', identity: { userArn: null } },
  }
  const context = makeContext({ requestId: 'request', functionName: 'list-templates', deadline: Date.now() + timeoutMs })
  return await handler(event as never, context)
}
