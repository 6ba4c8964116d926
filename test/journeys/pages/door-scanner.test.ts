import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CDPSession, Page } from 'puppeteer-core'
import { nextEventId } from '../../fixtures/ids.ts'
import { openPage, service } from '../../fixtures/service-and-browser.ts'

const { call } = service
const eventId = nextEventId()
await call('PUT', `/api/events/${eventId}`, {
  ...{ title: 'Gala', startsAt: '2026-06-12T09:00:00Z', timezone: 'Europe/Paris', location: 'Here' },
})
const data = { firstName: 'Ada', lastName: 'Hopper', email: 'ada@example.com', ticketType: 'VIP' }
const { ticketId, ticketCode } = (await call('POST', '/api/tickets/generate', { eventId, guestId: 1, data })).json.data
const { qrPayload } = (await call('GET', `/api/tickets/${ticketId}`)).json.data

const us: Record<string, [code: string, shift: boolean]> = {
  '-': ['Minus', false],
  ':': ['Semicolon', true],
  ']': ['BracketRight', false],
}

/** A layout gives the character of a key, by its place and the one that it has on a US keyboard. */
type Layout = (character: string, code: string) => string

const azerty: Layout = (character) =>
  ({ '-': ')', ':': 'M', ']': '$', Q: 'A', A: 'Q', Z: 'W', W: 'Z', M: '?' })[character] ??
  (/[0-9]/.test(character) ? ('à&é"\'(-è_ç'[Number(character)] ?? '') : character)
// Greek keys are none that the reader knows: only their place tells what was scanned.
const greek: Layout = (character) =>
  /[A-Z]/.test(character) ? String.fromCodePoint(0x391 + character.charCodeAt(0) - 65) : character

/** Types as a scanner does: real key events, one right after the other, on a device with some layout. */
async function scan(
  devtools: CDPSession,
  text: string,
  { end = ['Enter'], layout = (character: string) => character }: { end?: string[]; layout?: Layout } = {},
) {
  const press = async (key: string, code: string, modifiers = 0) => {
    const isText = key.length === 1 && !(modifiers & 2)
    const enter = key === 'Enter' ? { text: '\r' } : {}
    const virtual = { Enter: 13, Tab: 9 }[key] ?? key.toUpperCase().charCodeAt(0)
    const facts = { key, code, modifiers, windowsVirtualKeyCode: virtual }
    await devtools.send('Input.dispatchKeyEvent', { type: 'keyDown', ...facts, ...(isText ? { text: key } : enter) })
    await devtools.send('Input.dispatchKeyEvent', { type: 'keyUp', ...facts })
  }
  for (const character of text) {
    const [code, shift] = us[character] ?? [
      /[0-9]/.test(character) ? `Digit${character}` : `Key${character}`,
      /[A-Z]/.test(character),
    ]
    await press(layout(character, code), code, shift ? 8 : 0)
  }
  for (const key of end) await (key === 'LF' ? press('j', 'KeyJ', 2) : press(key, key))
}

/** What a call to validate presents. */
function shownIn(body: string) {
  const { direction, scanId, ...shown } = JSON.parse(body)
  return shown
}

async function readVerdict(page: Page) {
  await page.waitForSelector('#verdict .headline')
  return page.$eval('#verdict', (verdict) => verdict.textContent ?? '')
}

test('a hand scanner is heard wherever the focus is, whatever it ends with, and on other keyboards', async () => {
  const { json } = await call('POST', `/api/events/${eventId}/doors`, { label: 'North gate' })
  const { context, page, problems } = await openPage()
  await page.goto(json.data.url)
  await page.waitForSelector('#network[data-online="true"]')
  const devtools = await page.createCDPSession()
  const cases: { focus: string; from?: string; options?: Parameters<typeof scan>[2]; isCode?: boolean }[] = [
    { focus: '#code' },
    { focus: '#code', isCode: true, options: { layout: azerty } },
    { focus: '#next', options: { end: ['Enter', 'LF'] } },
    { focus: '#undo', options: { end: ['Tab'] } },
    { focus: '#undo', options: { end: ['Enter', 'Enter'] }, from: ']Q1' },
    { focus: 'body', options: { end: ['LF'] }, from: ']Q1' },
    { focus: '#open-settings', options: { layout: azerty }, from: ']Q1' },
    { focus: '#open-settings', options: { layout: greek } },
    { focus: '#code', options: { layout: greek, end: ['Tab'] } },
  ]
  const asked: string[] = []
  page.on('request', (request) => request.url().endsWith('/validate') && asked.push(request.postData() ?? ''))
  for (const { focus, from = '', options, isCode } of cases) {
    await page.$eval(focus, (element) => (element as HTMLElement).focus())
    await page.$eval('#verdict', (verdict) => verdict.replaceChildren())
    await scan(devtools, from + (isCode ? ticketCode : qrPayload), options)
    await readVerdict(page)
    const expected = isCode ? { code: ticketCode } : { qr: qrPayload }
    assert.deepEqual(asked.splice(0).map(shownIn), [expected], JSON.stringify({ focus, from, isCode, ...options }))
    assert.equal(await page.$eval('#code', (code) => (code as HTMLInputElement).value), '')
  }
  await page.$eval('#open-settings', (button) => (button as HTMLElement).focus())
  await page.$eval('#verdict', (verdict) => verdict.replaceChildren())
  await scan(devtools, '4006381333931', {})
  assert.match(await readVerdict(page), /not a ticket code/)
  assert.deepEqual(problems, [])
  await context.close()
})
