import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ticketData } from '../../../functions/contract/schemas/guests.ts'
import { trialGuests } from '../../../functions/print/trial/trial-guests.ts'
import { brandedWith, logo } from '../../fixtures/branding.ts'
import { openPage } from '../../fixtures/browser.ts'
import { nextEventId } from '../../fixtures/ids.ts'
import { browser, service } from '../../fixtures/service-and-browser.ts'
import { caretBehind, openStudio, pictureOf, shoot, shown, textOf, waitForText } from '../../fixtures/studio.ts'

const { call } = service
const studio = `${service.url}/studio`

test('typing updates the preview after a pause, and only the last change is awaited', async () => {
  const { page, problems, asked, close } = await openStudio(`${studio}#1`)
  await shoot(page, 'studio-light')
  const first = await pictureOf(page)
  const previews = () => asked.filter((url) => url.endsWith('/preview')).length
  const before = previews()
  await caretBehind(page, '.ticket { ')
  await page.keyboard.type('color: red; ', { delay: 5 })
  await shown(page, first)
  assert.equal(previews(), before + 1)
  assert.deepEqual(problems, [])
  const origins = new Set(asked.map((url) => url.replace(/^blob:/, '')).map((url) => new URL(url).origin))
  assert.deepEqual([...origins], [service.url])
  await close()
})

test('an error is marked at its line, listed and reachable by a click, and the last good preview stays', async () => {
  const { page, problems, close } = await openStudio(`${studio}#new`)
  const good = await pictureOf(page)
  await caretBehind(page, '{{firstName}}')
  await page.keyboard.type(' {{shout lastName}}')
  await page.waitForSelector('#editor .cm-lint-marker-error')
  await page.hover('#editor .cm-lint-marker-error')
  await waitForText(page, '#editor .cm-tooltip', 'shout')
  await shoot(page, 'studio-problem')
  assert.match(await textOf(page, '#problems .error'), /Error, line 22/)
  await page.waitForSelector('#paper[data-state="stale"]')
  assert.match(await textOf(page, '#preview-note'), /last good preview/)
  assert.equal(await pictureOf(page), good)
  await page.click('#problems button')
  assert.equal(await textOf(page, '#editor .cm-lineNumbers .cm-activeLineGutter'), '22')
  assert.match(await textOf(page, '#here'), /^Line 22: /)
  await page.focus('#name')
  await page.keyboard.press('F8')
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'source')
  await shoot(page, 'studio-error')
  // Chromium logs each refused preview as an error; nothing may be refused by the page's policy.
  assert.doesNotMatch(problems.join('\n'), /Content Security Policy/)
  await close()
})

test('each sample guest has its own preview', async () => {
  for (const { name, variables } of trialGuests) assert.deepEqual(ticketData.safeParse(variables).error?.issues, undefined, name)
  const { page, close } = await openStudio(`${studio}#1`, 'dark')
  let last = await pictureOf(page)
  for (const guest of ['very long', 'Arabic', 'Japanese', 'nothing optional']) {
    await page.select('#guest', guest)
    last = await shown(page, last)
    assert.match(await page.$eval('#picture', (picture) => picture.getAttribute('alt') ?? ''), new RegExp(`for ${guest}$`))
    if (guest === 'Arabic') await shoot(page, 'studio-dark')
  }
  await close()
})

test('the tickets of two guests are shown side by side, each with its own number of pages', async () => {
  const { page, close } = await openStudio(`${studio}#1`)
  const last = await pictureOf(page)
  await page.select('#other-guest', 'Arabic')
  await shown(page, last)
  await shoot(page, 'studio-two-guests')
  const seen = await page.$$eval('#paper img', (pictures) =>
    pictures.map((picture) => ({ alt: picture.alt, left: picture.x, width: picture.width })),
  )
  assert.deepEqual(
    seen.map(({ alt }) => alt),
    ['Page 1 of 1, for Sample', 'Page 1 of 1, for Arabic'],
  )
  assert.ok((seen[1]?.left ?? 0) >= (seen[0]?.left ?? 0) + (seen[0]?.width ?? 0))
  assert.equal(seen[0]?.width, seen[1]?.width)
  await page.select('#guest', 'nothing optional')
  await page.click('#parts details:has(#fields) summary')
  await waitForText(page, '#fields tr', 'nothing optional')
  const rows = await page.$$eval('#fields tr', (all) => all.map(({ cells }) => [...cells].map(({ textContent }) => textContent)))
  assert.deepEqual(rows[0], ['Field', 'nothing optional', 'Arabic'])
  const cellsOf = (name: string) => rows.find(([first]) => first?.startsWith(name))
  assert.deepEqual(cellsOf('seat'), ['seat', '–', '4'])
  assert.deepEqual(cellsOf('priceText'), ['priceText', '–', 'by the service'])
  assert.deepEqual(cellsOf('ticketCode'), ['ticketCode', 'by the service', 'by the service'])
  await shoot(page, 'studio-fields')
  await page.select('#other-guest', 'nobody')
  await page.waitForSelector('#other-picture[hidden]')
  await close()
})

test('a new template shows its picture within half a second once the page is open', async () => {
  const { page, close } = await openStudio(`${studio}#1`)
  const last = await pictureOf(page)
  const start = performance.now()
  await page.click('#new')
  await shown(page, last)
  assert.ok(performance.now() - start < 500, `${performance.now() - start} ms`)
  await close()
})

test('a new template starts without problems, and the colours can be chosen', async () => {
  const { page, close } = await openStudio(`${studio}#new`)
  await waitForText(page, '#summary', 'No problems')
  const ground = () => page.$eval('body', (body) => getComputedStyle(body).backgroundColor)
  const light = await ground()
  await page.select('#theme', 'dark')
  assert.notEqual(await ground(), light)
  await page.reload()
  await shown(page)
  assert.notEqual(await ground(), light)
  await shoot(page, 'studio-new')
  await close()
})

test('the page loads nothing from elsewhere, serves only its own files, and reports an unsupported setup', async () => {
  const policy = (await call('GET', '/studio')).headers.get('content-security-policy') ?? ''
  assert.match(
    policy,
    /^default-src 'none'; script-src 'self'; style-src 'self' 'nonce-[^']+'; img-src 'self' blob:; connect-src 'self'; base-uri 'none'/,
  )
  for (const file of ['page-controller.ts', '..%2Fstack.ts', 'constructor'])
    assert.equal((await call('GET', `/studio/${file}`)).status, 404, file)
  const context = await browser.createBrowserContext()
  const page = await context.newPage()
  const { json } = await call('GET', '/studio/settings.json')
  assert.deepEqual(json.signed, false)
  await page.setRequestInterception(true)
  page.on('request', (request) =>
    request.url().endsWith('settings.json')
      ? request.respond({ contentType: 'application/json', body: JSON.stringify({ ...json, signed: true }) })
      : request.continue(),
  )
  await page.goto(`${service.url}/studio`)
  await waitForText(page, '#stop-reason', 'only accepts signed requests')
  assert.equal(await page.$eval('#studio', (studio) => studio.hasAttribute('hidden')), true)
  await context.close()
})

test('one page shows every form of an event, in its branding and in one on trial, and saves that', async () => {
  const eventId = nextEventId()
  const event = { title: 'Aurora Nights', startsAt: '2036-06-12T18:30:00Z', timezone: 'Europe/Paris', location: 'Zénith' }
  assert.equal((await call('PUT', `/api/events/${eventId}`, event)).status, 200)
  assert.equal((await call('PUT', `/api/events/${eventId}/branding`, { ...brandedWith, logo })).status, 200)
  const { context, page, problems } = await openPage()
  await page.setViewport({ width: 1360, height: 1000 })
  await page.goto(`${studio}/event.html#${eventId}`)
  await waitForText(page, '#status', 'Shown in the stored branding')
  await shoot(page, 'studio-event')
  const names = await page.$$eval('#forms figcaption', (captions) => captions.map(({ textContent }) => textContent))
  assert.deepEqual(names.slice(-4), ['mobile page', 'Apple Wallet', 'Google Wallet', 'failed link'])
  assert.equal(names.length, 9)
  await page.click('#branding summary')
  await page.type('[name="accent"]', '#ffcc00')
  await page.type('[name="organiser"]', 'Nordlicht')
  await page.click('#show')
  await waitForText(page, '#status', 'on trial')
  await waitForText(page, '#mended', 'onAccent #ffffff')
  const pages = await page.$$eval('#forms iframe', (frames) => frames.map(({ srcdoc }) => srcdoc))
  assert.ok(pages.every((html) => html.includes('Nordlicht')))
  await page.click('#save')
  await waitForText(page, '#status', 'Saved.')
  assert.deepEqual(problems, [])
  await context.close()
})
