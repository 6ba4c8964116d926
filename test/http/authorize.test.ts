import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { openApiGateway } from '../../bin/local/gateway/api-gateway.ts'
import { isAllowedCaller } from '../../functions/http/allowed-callers.ts'
import { ensureKeyFile } from '../../functions/trust/key-file.ts'

const account = '111122223333'
const session = `arn:aws:sts::${account}:assumed-role/Core/i-0abc`
const user = `arn:aws:iam::${account}:user/people/ada`

describe('the list of callers', () => {
  for (const [allowed, caller] of [
    [`arn:aws:iam::${account}:role/Core`, session],
    [`arn:aws:iam::${account}:role/service/a/Core`, session],
    [user, user],
    [account, session],
    [account, user],
    [account, `arn:aws:iam::${account}:root`],
    ['anyone', session],
    ['anyone', null],
  ] as const)
    test(`with ${allowed} lets ${caller ?? 'an unsigned call'} in`, () => {
      assert.equal(isAllowedCaller(['arn:aws:iam::999988887777:role/Other', allowed], caller), true)
    })

  for (const [allowed, caller] of [
    [`arn:aws:iam::${account}:role/Core`, null],
    [`arn:aws:iam::${account}:role/Core`, ''],
    [`arn:aws:iam::${account}:role/Core`, `arn:aws:sts::${account}:assumed-role/CoreAdmin/i-0abc`],
    [`arn:aws:iam::${account}:role/Core`, `arn:aws:sts::${account}:assumed-role/Other/Core`],
    [`arn:aws:iam::${account}:role/Core`, 'arn:aws:sts::999988887777:assumed-role/Core/i-0abc'],
    [`arn:aws:iam::${account}:role/Core`, `arn:aws:iam::${account}:user/Core`],
    [`arn:aws:iam::${account}:role/core`, session],
    [user, `arn:aws:iam::${account}:user/ada`],
    [user, `arn:aws:sts::${account}:assumed-role/people/ada`],
    [account, null],
    [account, `arn:aws:sts::999988887777:assumed-role/Core/${account}`],
    [account, `arn:aws:sts::999988887777:assumed-role/iam::${account}:x/y`],
  ] as const)
    test(`with ${allowed} keeps ${caller || 'an unsigned call'} out`, () => {
      assert.equal(isAllowedCaller([allowed], caller), false)
    })
})

describe('a function of Core or of doors', () => {
  const folder = mkdtempSync(join(tmpdir(), 'caller-test-'))
  const address = 'http://127.0.0.1:9'
  const environment = {
    ALLOWED_CALLERS: `arn:aws:iam::${account}:role/Core`,
    DATABASE_URL: 'postgres://127.0.0.1:9/none',
    SIGNING_KEYS_FILE: join(folder, 'keys.json'),
    ...{ RENDER_QUEUE_URL: address, RENDER_HIGH_QUEUE_URL: address, AWS_REGION: 'us-east-1', LOG_LEVEL: 'silent' },
    TICKET_EVENTS_TOPIC_ARN: `arn:aws:sns:us-east-1:${account}:ticket-events`,
  }
  after(() => rmSync(folder, { recursive: true }))

  test('lets nobody in where API Gateway checks nothing by mistake', async () => {
    Object.assign(process.env, environment)
    await ensureKeyFile(environment.SIGNING_KEYS_FILE)
    const { loadServiceRoutes } = await import('../../bin/local/gateway/service-routes.ts')
    const gateway = await openApiGateway({ host: '127.0.0.1', port: 0 })
    const routes = await loadServiceRoutes()
    gateway.serve({ routes, log: assert.fail })
    const closed = routes.filter(({ name }) => !/^(link|public)-/.test(name))
    assert.ok(closed.length >= 20)
    for (const { method, path } of closed)
      for (const authorization of ['', 'Door 1.2.3.x', `AWS4-HMAC-SHA256 Credential=${session}`]) {
        const target = `http://127.0.0.1:${gateway.port}${path.replaceAll(/\{\w+\}/g, '1')}`
        const response = await fetch(target, { method, headers: { authorization } })
        const { error } = (await response.json()) as { error: { code: string } }
        assert.deepEqual([response.status, error.code], [403, 'FORBIDDEN'], `${method} ${path} with "${authorization}"`)
      }
    await gateway.stop()
  })

  test('does not start without a list of callers', async () => {
    const script = `await import(${JSON.stringify(join(import.meta.dirname, '../../functions/api/get-ticket.ts'))})`
    const env = { ...environment, ALLOWED_CALLERS: '' }
    const start = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { env })
    await assert.rejects(start, /The environment variable ALLOWED_CALLERS .*Who may call the routes of Core/)
  })
})
