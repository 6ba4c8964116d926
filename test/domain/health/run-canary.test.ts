import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openPublicApi } from '../../../functions/aws/public-api.ts'
import { canaryCalls, canaryTicket } from '../../../functions/contract/canary.ts'
import { runCanary } from '../../../functions/domain/health/run-canary.ts'
import { service } from '../../fixtures/service.ts'

Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' })
const publicApi = openPublicApi(service.url, 'us-east-1')

test('the canary reprints its one ticket in every run', async () => {
  const read = async () =>
    await service.sql<{ id: number; generated_at: Date }[]>`
      SELECT id, generated_at FROM generated_tickets WHERE event_id = ${canaryTicket.eventId}`
  await runCanary({ publicApi })
  const [first, ...more] = await read()
  await runCanary({ publicApi })
  const [second, ...others] = await read()
  assert.deepEqual([more, others, second?.id], [[], [], first?.id])
  assert.ok(second && first && second.generated_at > first.generated_at)
})

test('a run fails if a link leads to no PDF, a code is invalid, or the API refuses', async () => {
  const noPdf = { ...publicApi, open: async () => Buffer.from('<html>') }
  await assert.rejects(runCanary({ publicApi: noPdf }), /leads to no PDF/)
  const invalid: typeof publicApi = {
    ...publicApi,
    call: (route, body) => publicApi.call(route, route === canaryCalls.validate ? { code: 'no-such-code' } : body),
  }
  await assert.rejects(runCanary({ publicApi: invalid }), /is not valid|VALIDATION_FAILED/)
  await assert.rejects(
    publicApi.call(canaryCalls.generate, {}),
    /POST \/api\/tickets\/generate answered 400 \(VALIDATION_FAILED\)/,
  )
})

test('what fails is named without the signature of a guest link', async () => {
  await assert.rejects(publicApi.open(`${service.url}/pdf/1?expires=1&signature=secret`), (error: Error) => {
    assert.match(error.message, /^GET \/pdf\/1 answered 4\d\d \([A-Z_]+\)\.$/)
    return true
  })
})
