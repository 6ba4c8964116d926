import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Page } from 'puppeteer-core'
import table from '../../../functions/pages/door/words.json' with { type: 'json' }
import { nextEventId } from '../../fixtures/ids.ts'
import { openPage, service } from '../../fixtures/service-and-browser.ts'

const { call } = service
const axe = await readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')
const eventId = nextEventId()
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()
const title = 'Qwzx Gala'
await call('PUT', `/api/events/${eventId}`, {
  title,
  startsAt: inHours(-1),
  endsAt: inHours(4),
  timezone: 'Europe/Paris',
  location: 'Qwzx',
})

const sizes = [
  [320, 480],
  [375, 560],
  [360, 740],
  [1024, 768],
] as const
const longName = { firstName: 'Qwzxmiliane Alexandra Konstantina-Friederike von', lastName: `Qwzx-${'Hohenstaufen'.repeat(4)}` }
assert.ok(longName.firstName.length + longName.lastName.length >= 100)

async function makeTicket(guest = { firstName: 'Qwzx', lastName: 'Hopper' }) {
  const data = { ...guest, email: 'guest@example.com', ticketType: 'Qwzx' }
  const guestId = Math.floor(Math.random() * 2 ** 40)
  const { json } = await call('POST', '/api/tickets/generate', { eventId, guestId, data })
  return json.data.ticketCode as string
}

/** Opens the page on a phone that speaks a language. */
async function openDoor(language: string) {
  const { json } = await call('POST', `/api/events/${eventId}/doors`, { label: 'Qwzx' })
  const opened = await openPage()
  const { page } = opened
  await page.setViewport({ width: 390, height: 844, isMobile: true, hasTouch: true })
  await page.evaluateOnNewDocument((tag) => Object.defineProperty(navigator, 'languages', { get: () => [tag] }), language)
  // Lists cameras of a phone: blank, and without a torch.
  await page.evaluateOnNewDocument(() => {
    const canvas = document.createElement('canvas')
    const drawing = canvas.getContext('2d')
    // A canvas that nobody draws on films nothing.
    setInterval(() => drawing?.fillRect(0, 0, 9, 9), 50)
    navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(10)
    const { setTimeout: wait } = window
    Object.assign(window, { setTimeout: (work: () => void, ms: number) => wait(work, ms === 60_000 ? 300 : ms) })
  })
  await page.goto(`${service.url}/door`)
  return { ...opened, doorId: json.data.doorId as number, link: new URL(json.data.url) }
}

async function openWithPass(language: string) {
  const door = await openDoor(language)
  await door.page.goto(`${service.url}/door${door.link.hash}`)
  await door.page.waitForSelector('#network[data-online="true"]')
  await door.page.waitForFunction((text) => document.querySelector('#event')?.textContent === text, {}, title)
  return door
}

async function present(page: Page, text: string) {
  await page.$eval('#verdict', (verdict) => verdict.replaceChildren())
  await page.$eval('#code', (input, code) => Object.assign(input, { value: code }), text)
  await page.$eval('#entry', (form) => form instanceof HTMLFormElement && form.requestSubmit())
  await page.waitForSelector('#verdict .headline')
}

/** Returns what axe finds in the page in each theme. */
async function findBarriers(page: Page): Promise<unknown[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe)
  const found: unknown[] = []
  for (const theme of ['light', 'dark', 'contrast']) {
    await page.$eval('html', (html, name) => html.setAttribute('data-theme', name), theme)
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
    const inTheme = await page.evaluate(
      `axe.run({ runOnly: ${JSON.stringify(tags)} }).then(({ violations }) => violations.map(({ id, nodes }) => '${theme} ' + id + ' ' + nodes[0].html))`,
    )
    found.push(...(inTheme as unknown[]))
  }
  return found
}

/** Returns all that the page says or could say: texts, labels, titles and placeholders. */
function textsOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const texts = [document.title]
    // Languages name themselves, and a browser its cameras.
    const foreign = 'script, style, #language option, #camera-choice option:not([value=""])'
    const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_ALL, (node) =>
      node instanceof Element && node.matches(foreign) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
    )
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node instanceof Text) texts.push(node.data)
      if (node instanceof Element)
        for (const name of ['aria-label', 'title', 'placeholder', 'alt']) texts.push(node.getAttribute(name) ?? '')
    }
    return texts.map((text) => text.trim()).filter(Boolean)
  })
}

/** Makes the check that a text is one of the table's in a language, or of the data: it has a marker, a code or a number. */
function makeTextCheck(language: 'fr' | 'ar') {
  const forms = Object.values(table[language]).flatMap((entry) => (typeof entry === 'string' ? [entry] : Object.values(entry)))
  const escaped = forms.map((form) => form.replaceAll(/[.*+?^$()[\]\\|]/g, '\\$&').replaceAll(/\{\w+\}/g, '.+'))
  const known = new RegExp(`^(?:${escaped.filter((form) => form !== '.+' && form !== '.+ .+').join('|')})$`, 's')
  return (text: string) => known.test(text) || /^Qwzx|^TC-|^[\d٠-٩:\s]+[صم]?$/.test(text)
}

/** Returns what of the stage is out of view, covered or cut off. */
function findMisfits(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const all = [...document.querySelectorAll<HTMLElement>('#verdict > *, #verdict-actions > *, #entry .row > *, .actions > *')]
    const parts = all.filter((part) => part.checkVisibility()).map((part) => ({ part, box: part.getBoundingClientRect() }))
    const name = (part: Element) => part.id || part.getAttribute('class') || part.tagName
    const outside = parts.filter(({ box }) => box.left < 0 || box.right > innerWidth || box.top < 0 || box.bottom > innerHeight)
    const overlapping = parts.filter(({ box }, at) =>
      parts.some((other, index) => {
        const { left, right, top, bottom } = other.box
        return index !== at && box.left < right - 1 && left < box.right - 1 && box.top < bottom - 1 && top < box.bottom - 1
      }),
    )
    return [...outside.map(({ part }) => `outside ${name(part)}`), ...overlapping.map(({ part }) => `overlapping ${name(part)}`)]
  })
}

async function shoot(page: Page, name: string) {
  if (process.env.SCREENSHOTS) await page.screenshot({ path: path.join(process.env.SCREENSHOTS, `${name}.png`) })
}

test('in French, every state is shown entirely in French, accessible in every theme', async () => {
  const { page, problems, doorId, link, context } = await openDoor('fr-FR')
  const isFrench = makeTextCheck('fr')
  const look = async (state: string) => {
    await shoot(page, `fr-${state}`)
    assert.deepEqual(
      (await textsOf(page)).filter((text) => !isFrench(text)),
      [],
      state,
    )
    assert.deepEqual(await findBarriers(page), [], state)
  }
  await look('no pass')
  await page.goto(`${service.url}/door${link.hash}`)
  await page.waitForSelector('#network[data-online="true"]')
  const code = await makeTicket()
  await look('idle')
  await page.click('#open-settings')
  await look('settings')
  await page.keyboard.press('Escape')
  await present(page, code)
  await look('admitted')
  await present(page, code)
  await look('double read')
  await page.evaluate(() => {
    for (const name of Object.keys(localStorage)) if (name.includes(':in:')) localStorage.removeItem(name)
  })
  await present(page, code)
  await look('already in')
  await present(page, 'TC-2026-ZZZZZZZZZZZZ')
  await look('refused')
  await page.click('#next')
  await page.click('#start-camera')
  await page.waitForSelector('#stage[data-camera="resting"]')
  await look('resting')
  await page.setOfflineMode(true)
  await page.waitForSelector('#network[data-online="false"]')
  await present(page, 'TC-2026-ZZZZZZZZZZZY')
  await look('offline')
  await page.setOfflineMode(false)
  await page.waitForSelector('#network[data-online="true"]')
  await call('POST', `/api/events/${eventId}/doors/${doorId}/withdraw`)
  await page.reload()
  await page.waitForSelector('#no-pass:not([hidden])')
  await look('closed')
  assert.deepEqual(
    problems.filter((problem) => !/ERR_INTERNET_DISCONNECTED|403/.test(String(problem))),
    [],
  )
  await context.close()
})

test('a verdict with a name of 100 letters holds on every screen, from left to right and from right to left', async () => {
  for (const language of ['en', 'ar']) {
    const { page, context } = await openWithPass(language)
    assert.equal(await page.$eval('html', ({ dir }) => dir), language === 'ar' ? 'rtl' : 'ltr')
    const code = await makeTicket(longName)
    for (const round of ['admitted', 'already in']) {
      await present(page, code)
      for (const [width, height] of sizes) {
        await page.setViewport({ width, height, isMobile: true, hasTouch: true })
        await shoot(page, `${language}-${round}-${width}`)
        assert.deepEqual(await findMisfits(page), [], `${language}, ${round}, ${width} × ${height}`)
      }
    }
    await context.close()
  }
})

test('settings are reached by keyboard, apply immediately, and are remembered', async () => {
  const { page, context } = await openWithPass('en')
  await page.focus('#open-settings')
  await page.keyboard.press('Enter')
  await page.waitForSelector('#settings[open]')
  await page.select('#language', 'ar')
  await page.select('#theme', 'contrast')
  assert.deepEqual(await page.$eval('html', ({ lang, dir, dataset }) => [lang, dir, dataset.theme]), ['ar', 'rtl', 'contrast'])
  await page.keyboard.press('Escape')
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'open-settings')
  await page.reload()
  await page.waitForSelector('html[lang="ar"][data-theme="contrast"]')
  assert.equal(await page.$eval('#open-settings', (button) => button.ariaLabel), table.ar.settings)
  await context.close()
})
