import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { isAllowedCaller } from '../functions/allowed-callers.ts'

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

describe('a function of Core', () => {
  const start = (ALLOWED_CALLERS: string) => {
    const module = join(import.meta.dirname, '../functions/api/get-ticket.ts')
    const env = { ALLOWED_CALLERS, DATABASE_URL: 'postgres://localhost/none', SIGNING_KEYS_FILE: '/nowhere', LOG_LEVEL: 'silent' }
    return promisify(execFile)(process.execPath, ['--input-type=module', '-e', `await import(${JSON.stringify(module)})`], {
      env,
    })
  }

  test('does not start without a list of callers, or with a wildcard in it', async () => {
    for (const list of ['', '*'])
      await assert.rejects(start(list), /The environment is not complete\. ALLOWED_CALLERS: .*Who may call the routes of Core/)
  })
})
