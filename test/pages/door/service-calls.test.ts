import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { callService, NoResponseError } from '../../../functions/pages/door/service-calls.ts'

const pass = { eventId: 1, label: 'North gate', locale: null, guestList: false, expiresAt: new Date(), pass: '1.1.1.x' }

test('a captive portal is not taken for the service, even if it answers in JSON', async () => {
  Object.defineProperty(globalThis, 'navigator', { value: { onLine: true } })
  for (const [status, content] of [
    [403, { message: 'Forbidden' }],
    [200, { login: 'https://hotel.example' }],
    [404, { success: false, error: { code: 'ROUTE_NOT_FOUND', message: '', details: [] } }],
  ] as const) {
    mock.method(globalThis, 'fetch', async () => Response.json(content, { status }))
    const service = callService(pass, () => undefined)
    await assert.rejects(service.fetchKeys(), NoResponseError)
    assert.equal(service.isReachable(), false)
    if ('success' in content) continue
    await assert.rejects(
      callService(pass, () => undefined).validate({ code: 'x' }, { scanId: 's-1', direction: 'in' }),
      NoResponseError,
    )
  }
})
