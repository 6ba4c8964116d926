import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KeptOptions } from '../../../bin/deploy/deployed-stack.ts'
import { approveChanges, describeChange, findChanges } from '../../../bin/deploy/option-changes.ts'

const account = '123456789012'
const core = `arn:aws:iam::${account}:role/core`
const other = 'arn:aws:iam::999999999999:role/other'
const changes = (before: KeptOptions | undefined, after: KeptOptions) =>
  findChanges({ before, after, account }).map((change) => `${change.isRefused ? 'refused' : 'asked'} ${describeChange(change)}`)

test('forgetting who may call asks before it opens the API to the account', () => {
  assert.deepEqual(changes({ allowedCallers: core }, { wallets: 'apple' }), [
    `asked --allowed-callers would let everyone in the account ${account} call the routes of Core as well.`,
  ])
  assert.deepEqual(changes({ allowedCallers: core }, { allowedCallers: `${core},${other}` }), [
    `asked --allowed-callers would let ${other} call the routes of Core as well.`,
  ])
})

test('letting fewer call asks nothing', () => {
  assert.deepEqual(changes({}, { allowedCallers: core }), [])
  assert.deepEqual(changes({ allowedCallers: `${core},${other}` }, { allowedCallers: other }), [])
  assert.deepEqual(changes({}, {}), [])
})

test('another address of the API asks, however it comes about', () => {
  assert.match(
    changes({ domain: 'a.example.com' }, {})[0] ?? '',
    /^asked --domain would move the API from https:\/\/a\.example\.com to the API's own/,
  )
  assert.match(changes({}, { publicUrl: 'https://b.example.com' })[0] ?? '', /^asked --public-url would move/)
  assert.deepEqual(changes({ publicUrl: 'https://a.example.com' }, { domain: 'a.example.com' }), [])
})

test('wallets that would no longer be offered ask', () => {
  assert.deepEqual(changes({ wallets: 'apple,google' }, { wallets: 'google' }), [
    'asked --wallets would no longer offer passes for apple.',
  ])
})

test('what would replace the database by an empty one is refused, and a restore is asked about', () => {
  assert.equal(
    changes({ ownKey: true, vpcCidr: '10.0.0.0/16' }, { vpc: 'vpc-1' }).filter((one) => one.startsWith('refused')).length,
    3,
  )
  assert.deepEqual(changes({ ownKey: false }, {}), [])
  assert.match(changes({ restoreSnapshot: 'one' }, {})[0] ?? '', /^refused --restore-snapshot must stay "one"/)
  assert.match(changes({}, { restoreSnapshot: 'one' })[0] ?? '', /^asked --restore-snapshot would replace the database/)
})

test('a stack whose options are unknown asks', () => {
  assert.match(changes(undefined, { allowedCallers: core })[0] ?? '', /^asked --allowed-callers and other options .* are unknown/)
})

test('a change goes on once it is accepted or answered with yes, and names how to accept it where nobody can be asked', async () => {
  const change = { before: { allowedCallers: core }, after: {}, account }
  const answered = (isYes: boolean) => ({ accepted: [], ask: async () => isYes })
  await approveChanges(change, answered(true))
  await assert.rejects(approveChanges(change, answered(false)), /^Error: Nothing was deployed\.$/)
  await assert.rejects(
    approveChanges(change, { accepted: [], ask: undefined }),
    /would let everyone.*accept the change: --accept allowed-callers$/s,
  )
  await approveChanges(change, { accepted: ['allowed-callers'], ask: undefined })
  const removed = { before: { restoreSnapshot: 'one' }, after: {}, account }
  await assert.rejects(approveChanges(removed, { accepted: ['restore-snapshot'], ask: undefined }), /must stay "one"/)
})
