import assert from 'node:assert/strict'
import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { mock, test } from 'node:test'
import { TicketGenerationError } from '../../functions/errors.ts'
import { writeFailurePage } from '../../functions/pages/mobile-ticket-page.ts'

const notFound = new TicketGenerationError('No ticket has this id.', 'TICKET_NOT_FOUND')

test('files of the mobile ticket that could not be read are read again for the next page', async () => {
  const fault = new Error('EMFILE: too many open files')
  const faulty = mock.method(fs, 'readFile', () => Promise.reject(fault))
  syncBuiltinESMExports()
  await assert.rejects(writeFailurePage(notFound, 'en'), fault)
  faulty.mock.restore()
  syncBuiltinESMExports()
  assert.match((await writeFailurePage(notFound, 'en')).content.toString(), /<html lang="en"/)
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
    assert.ok((await writeFailurePage(notFound, languages)).content.toString().includes(title)))

test('the page of a ticket that is being printed asks again by itself', async () => {
  const printing = new TicketGenerationError('Ask again in a moment.', 'TICKET_PRINTING')
  const page = (await writeFailurePage(printing, 'fr')).content.toString()
  assert.match(page, /<meta http-equiv="refresh" content="2">[\s\S]*Votre billet est en préparation/)
  assert.doesNotMatch((await writeFailurePage(notFound, 'fr')).content.toString(), /refresh/)
})
