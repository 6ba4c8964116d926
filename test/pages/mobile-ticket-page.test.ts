import assert from 'node:assert/strict'
import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { mock, test } from 'node:test'
import { writeFailurePage } from '../../functions/pages/mobile-ticket-page.ts'

test('files of the mobile ticket that could not be read are read again for the next page', async () => {
  const fault = new Error('EMFILE: too many open files')
  const faulty = mock.method(fs, 'readFile', () => Promise.reject(fault))
  syncBuiltinESMExports()
  await assert.rejects(writeFailurePage(404, 'en'), fault)
  faulty.mock.restore()
  syncBuiltinESMExports()
  assert.match((await writeFailurePage(404, 'en')).content.toString(), /<html lang="en"/)
})

for (const [languages, title] of [
  ['zh-TW,zh;q=0.9,en;q=0.8', '此處沒有門票'],
  ['zh-CN', '此处没有门票'],
  ['fi, ja;q=0.8', 'チケットが見つかりません'],
  ['de-AT', 'Hier ist kein Ticket'],
  ['fi', 'There is no ticket here'],
  ['en;q=0.5, de;q=0.9', 'Hier ist kein Ticket'],
] as const)
  test(`a browser that prefers ${languages} reads ${title}`, async () =>
    assert.ok((await writeFailurePage(404, languages)).content.toString().includes(title)))
