import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import type { Page } from 'puppeteer-core'
import { ticketData } from '../../../functions/contract/schemas/guests.ts'
import { encodePng } from '../../../functions/images/png.ts'
import { trialGuests } from '../../../functions/print/trial/trial-guests.ts'
import { keepTemplate } from '../../fixtures/keep-template.ts'
import { browser, service } from '../../fixtures/service-and-browser.ts'

const { call } = service

const source = [
  '<!doctype html><html lang="{{locale}}"><head><title>{{eventName}}</title>',
  '<style>@page { size: 105mm 148mm; margin: 8mm } * { overflow-wrap: anywhere } img { width: 40mm }</style></head>',
  '<body><h1>{{eventName}}</h1>',
  '<p>{{firstName}} {{lastName}}</p>',
  '<img src="{{qrCodeUrl}}" alt="QR code"><p>{{ticketCode}}</p>',
  '<p style="break-before: page">Terms</p></body></html>',
].join('\n')
const own = await keepTemplate(service.sql, { name: 'Two pages', source })

/** Opens the page in a browser of its own, and waits until a template is shown. */
async function openStudio(place = '1', theme: 'light' | 'dark' = 'light') {
  const context = await browser.createBrowserContext()
  const page = await context.newPage()
  const problems: unknown[] = []
  const asked: string[] = []
  page.on('pageerror', (error) => problems.push(error))
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  page.on('request', (request) => asked.push(request.url()))
  await page.setViewport({ width: 1360, height: 860 })
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }])
  await page.goto(`${service.url}/studio#${place}`)
  await shown(page)
  return { page, problems, asked, close: () => context.close() }
}

/** Waits until the picture shows what is written, and answers where it is. */
async function shown(page: Page, before?: string): Promise<string> {
  await page.waitForFunction(
    (last) => {
      const picture = document.querySelector<HTMLImageElement>('#paper[data-state="current"] #picture:not([hidden])')
      return picture?.complete && picture.src !== last
    },
    {},
    before,
  )
  return pictureOf(page)
}

const pictureOf = (page: Page) => page.$eval('#picture', (picture) => (picture instanceof HTMLImageElement ? picture.src : ''))
const textOf = (page: Page, selector: string) => page.$eval(selector, (element) => element.textContent ?? '')
const waitForText = (page: Page, selector: string, text: string) =>
  page.waitForFunction((where, what) => document.querySelector(where)?.textContent?.includes(what), {}, selector, text)

/** Puts the caret behind the first of some words in the source. */
async function caretBehind(page: Page, words: string) {
  await page.focus('#source')
  await page.$eval(
    '#source',
    (source, behind) => {
      const line = [...source.querySelectorAll('.cm-line')].find(({ textContent }) => textContent?.includes(behind))
      if (!line) throw new Error(`No line of the source has ${behind}.`)
      let left = (line.textContent ?? '').indexOf(behind) + behind.length
      const texts = document.createTreeWalker(line, NodeFilter.SHOW_TEXT)
      let text = texts.nextNode()
      for (; text && left > (text.textContent?.length ?? 0); text = texts.nextNode()) left -= text.textContent?.length ?? 0
      if (text) getSelection()?.collapse(text, left)
    },
    words,
  )
  // The editor follows the browser's selection with the next frame.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))))
}

async function press(page: Page, key: 's', modifier: 'Control') {
  await page.keyboard.down(modifier)
  await page.keyboard.press(key)
  await page.keyboard.up(modifier)
}

async function shoot(page: Page, name: string) {
  if (process.env.SCREENSHOTS) await page.screenshot({ path: path.join(process.env.SCREENSHOTS, `${name}.png`) })
}

test('typing updates the preview after a pause, and only the last change is awaited', async () => {
  const { page, problems, asked, close } = await openStudio('1')
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
  const { page, problems, close } = await openStudio('new')
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
  const { page, close } = await openStudio('1', 'dark')
  let last = await pictureOf(page)
  for (const guest of ['very long', 'Arabic', 'Japanese', 'nothing optional']) {
    await page.select('#guest', guest)
    last = await shown(page, last)
    assert.match(await page.$eval('#picture', (picture) => picture.getAttribute('alt') ?? ''), new RegExp(`for ${guest}$`))
    if (guest === 'Arabic') await shoot(page, 'studio-dark')
  }
  await close()
})

test('a built-in template can be copied and saved twice with the keyboard alone', async () => {
  const { page, problems, close } = await openStudio('3')
  await page.focus('#name')
  await page.keyboard.down('Control')
  await page.keyboard.press('a')
  await page.keyboard.up('Control')
  await page.keyboard.type('Our badge')
  await page.focus('#templates a')
  await press(page, 's', 'Control')
  await waitForText(page, '#saved', 'Saved as version 1.')
  assert.match(await textOf(page, '#summary'), /trial print: 1 page, \d+ KB/)
  await page.waitForSelector('#template-list [aria-current="page"]')
  assert.match(await textOf(page, '#template-list [aria-current="page"]'), /Our badge.*version 1/)
  await caretBehind(page, '<style>')
  await page.keyboard.type('/* ours */')
  await press(page, 's', 'Control')
  // What is typed while it is being saved stays, unsaved.
  await page.keyboard.type('/* late */')
  await waitForText(page, '#saved', 'Saved as version 2.')
  await shoot(page, 'studio-saved')
  assert.match(await textOf(page, '#source'), /ours \*\/\/\* late/)
  await page.focus('#discard')
  await page.keyboard.press('Enter')
  await page.waitForSelector('#unsaved[hidden]')
  await press(page, 's', 'Control')
  await waitForText(page, '#saved', 'Nothing has changed since version 2.')
  const id = new URL(page.url()).hash.slice(1)
  const { json } = await call('GET', `/api/templates/${id}`)
  assert.deepEqual([json.data.name, json.data.version], ['Our badge', 2])
  assert.match(json.data.source, /<style>\/\* ours \*\//)
  assert.deepEqual(problems, [])
  await close()
})

test('a template that is refused is not saved, and its errors are shown by line', async () => {
  const { page, close } = await openStudio('new')
  const list = async () => (await call('GET', '/api/templates')).json.data.templates.length
  const before = await list()
  await page.type('#name', 'Refused')
  await caretBehind(page, '<body>')
  await page.keyboard.type('<p onclick="x()">')
  await press(page, 's', 'Control')
  await waitForText(page, '#saved', 'Not saved')
  await page.waitForSelector('#editor .cm-lint-marker-error')
  assert.equal(await list(), before)
  await close()
})

test('unsaved changes survive a reload, are marked as unsaved, and can be discarded', async () => {
  const { page, close } = await openStudio('1')
  assert.equal(await page.$eval('#unsaved', (unsaved) => unsaved.hasAttribute('hidden')), true)
  await caretBehind(page, '<title>Ticket')
  await page.keyboard.type('!')
  await page.reload()
  await waitForText(page, '#unsaved', 'unsaved changes')
  assert.match(await textOf(page, '#source'), /<title>Ticket!/)
  await waitForText(page, '#template-list [aria-current="page"]', 'unsaved')
  await page.click('#discard')
  await page.waitForSelector('#unsaved[hidden]')
  assert.equal(await page.evaluate(() => localStorage.length), 0)
  await close()
})

test('a picture that is added can be named, is shown, and is saved with the template', async () => {
  const { page, close } = await openStudio(String(own))
  const last = await pictureOf(page)
  const png = await encodePng({ width: 8, height: 8 }, Buffer.alloc(16), { palette: Buffer.from('336699ffffff', 'hex') })
  await page.evaluate((content) => {
    const file = new File([Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))], 'Our Logo.png', {
      type: 'image/png',
    })
    const dataTransfer = new DataTransfer()
    dataTransfer.items.add(file)
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }))
  }, png.toString('base64'))
  await waitForText(page, '#assets', 'our-Logo')
  await caretBehind(page, '<body>')
  await page.keyboard.type('<img alt="Logo" src="">')
  await caretBehind(page, 'alt="Logo" src="')
  await page.click('[aria-label="Insert our-Logo"]')
  await shown(page, last)
  await press(page, 's', 'Control')
  await waitForText(page, '#saved', 'Saved as version 2.')
  const { json } = await call('GET', `/api/templates/${own}`)
  assert.deepEqual(
    json.data.assets.map(({ name, type }: { name: string; type: string }) => [name, type]),
    [['our-Logo', 'image/png']],
  )
  await close()
})

test('pages are turned, the picture grows, and archived templates are listed as such', async () => {
  const { page, close } = await openStudio(String(own))
  assert.equal(await textOf(page, '#page'), 'Page 1 of 2')
  let last = await pictureOf(page)
  await page.click('#page-after')
  last = await shown(page, last)
  assert.equal(await textOf(page, '#page'), 'Page 2 of 2')
  await page.select('#zoom', '2')
  await shown(page, last)
  const width = await page.$eval('#picture', (picture) => picture.getBoundingClientRect().width)
  assert.ok(Math.abs(width - 2 * (105 / 25.4) * 96) < 4, `${width} pixels are not twice an A6`)
  // Nothing is written to a disk here: what the file would be saved as is read off the link.
  await page.evaluate(() => {
    HTMLAnchorElement.prototype.click = function () {
      document.body.dataset.saved = this.download
    }
  })
  const pdf = page.waitForResponse((response) => response.headers()['content-type'] === 'application/pdf')
  await page.click('#download')
  assert.equal((await pdf).status(), 200)
  await page.waitForSelector('body[data-saved="Two pages.pdf"]')
  await page.waitForSelector('#download:not([aria-disabled])')
  await page.click('#archive')
  await waitForText(page, '#saved', 'Archived')
  assert.match(await textOf(page, '.archived [aria-current="page"]'), /archived/)
  await page.click('#archive')
  await waitForText(page, '#saved', 'can be used for tickets again')
  await close()
})

test('a new template starts without problems, and the colours can be chosen', async () => {
  const { page, close } = await openStudio('new')
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
