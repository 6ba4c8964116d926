import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import type { Page } from 'puppeteer-core'
import { openNetwork } from '../../fixtures/cuttable-network.ts'
import { nextEventId } from '../../fixtures/ids.ts'
import { download } from '../../fixtures/running-service.ts'
import { browser, film, openPage, service } from '../../fixtures/service-and-browser.ts'

const { call } = service
const eventId = nextEventId()
const event = { title: 'Gala', startsAt: '2026-06-12T09:00:00Z', timezone: 'Europe/Paris', location: 'Here' }
await call('PUT', `/api/events/${eventId}`, event)
const folder = await mkdtemp(path.join(os.tmpdir(), 'door-page-'))
after(() => rm(folder, { recursive: true }))
const filmed = await makeTicket('Grace')
await makeFilm(await download(filmed.pdfUrl))

async function makeTicket(firstName: string) {
  const guestId = Math.floor(Math.random() * 2 ** 40)
  const data = { firstName, lastName: 'Hopper', email: 'guest@example.com', ticketType: 'VIP' }
  const { status, json } = await call('POST', '/api/tickets/generate', { eventId, guestId, data })
  assert.equal(status, 201, JSON.stringify(json))
  const read = await call('GET', `/api/tickets/${json.data.ticketId}`)
  return { ...json.data, qrPayload: read.json.data.qrPayload }
}

/** Films the printed ticket: a second of grey YUV4MPEG2, which is text headers and raw planes. */
async function makeFilm(pdf: Buffer): Promise<void> {
  const [width, height] = [720, 1018]
  const page = path.join(folder, 'page')
  await writeFile(`${page}.pdf`, pdf)
  const size = ['-scale-to-x', String(width), '-scale-to-y', String(height)]
  await promisify(execFile)('pdftoppm', ['-gray', '-singlefile', ...size, `${page}.pdf`, page])
  const luma = (await readFile(`${page}.pgm`)).subarray(-width * height)
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, Buffer.alloc((width * height) / 2, 128)])
  await writeFile(film, Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`), frame, frame]))
}

/** Opens the page on a phone of its own, by a new door's link. */
async function openDoor(label = 'North gate') {
  const { json } = await call('POST', `/api/events/${eventId}/doors`, { label })
  const network = await openNetwork(service.url)
  const { context, page, problems, asked } = await openPage()
  await page.setViewport({ width: 390, height: 844, isMobile: true, hasTouch: true })
  const link = new URL(json.data.url)
  await page.goto(`${network.url}${link.pathname}${link.hash}`)
  await page.waitForSelector('#network[data-online="true"]')
  const close = async () => {
    await context.close()
    network.close()
  }
  return { page, network, problems, asked, doorId: json.data.doorId, pass: json.data.pass, close }
}

/** Presents a ticket by typing, and reads the verdict. */
async function present(page: Page, text: string) {
  await page.$eval('#verdict', (verdict) => verdict.replaceChildren())
  await page.type('#code', text)
  await page.keyboard.press('Enter')
  return readVerdict(page)
}

async function readVerdict(page: Page) {
  await page.waitForSelector('#verdict .headline')
  return page.$eval('#verdict', (verdict) => ({
    kind: verdict.closest<HTMLElement>('#stage')?.dataset.kind,
    text: [...verdict.querySelectorAll('p')].map((line) => line.textContent).join(' | '),
  }))
}

const textOf = (page: Page, selector: string) => page.$eval(selector, (element) => element.textContent)
const waitForText = (page: Page, selector: string, text: string) =>
  page.waitForFunction((where, what) => document.querySelector(where)?.textContent?.includes(what), {}, selector, text)

/** Cuts the phone off, and lets the browser tell the page. */
async function goOffline({ page, network }: Awaited<ReturnType<typeof openDoor>>) {
  network.cut()
  await page.setOfflineMode(true)
  await waitForText(page, '#network', 'Offline')
}

/** Waits until the page has all it takes to do without a network. */
const waitUntilKept = (page: Page) => page.evaluate(async () => void (await navigator.serviceWorker.ready))

async function shoot(page: Page, name: string) {
  if (process.env.SCREENSHOTS) await page.screenshot({ path: path.join(process.env.SCREENSHOTS, `${name}.png`) })
}

test('a typed code admits its guest by name once, and the second time names when and where', async () => {
  const { page, network, problems, asked, close } = await openDoor()
  const ticket = await makeTicket('Ada')
  await shoot(page, 'idle')
  const first = await present(page, ticket.ticketCode.toLowerCase())
  await shoot(page, 'green')
  assert.equal(first.kind, 'admitted')
  assert.match(first.text, /Let in.*Ada Hopper.*VIP/)
  const second = await present(page, ticket.ticketCode)
  await shoot(page, 'already-in')
  assert.equal(second.kind, 'repeated')
  assert.match(second.text, /Just scanned.*VIP.*Entered at \d\d:\d\d( [AP]M)?, (now|\d+ seconds? ago)/)
  assert.deepEqual(await Promise.all(['#admitted', '#refused', '#waiting'].map((id) => textOf(page, id))), ['1', '0', '0'])
  assert.deepEqual(problems, [])
  assert.deepEqual(
    asked.filter((url) => !url.startsWith(network.url)),
    [],
  )
  await close()
})

test('a forged, a foreign and a cancelled ticket are refused with the reason in words', async () => {
  const { page, close } = await openDoor()
  const { qrPayload } = await makeTicket('Ada')
  const cancelled = await makeTicket('Eve')
  await call('POST', `/api/tickets/${cancelled.ticketId}/revoke`)
  const forged = `${qrPayload.slice(0, -9)}${qrPayload.at(-9) === 'A' ? 'B' : 'A'}${qrPayload.slice(-8)}`
  for (const [text, reason] of [
    [forged, /Stop.*Forged/],
    ['TC-2026-ZZZZZZZZZZZZ', /Stop.*not a ticket for this event/],
    [cancelled.ticketCode, /Stop.*cancelled/],
    ['hello', /Stop.*not a ticket code/],
  ] as const) {
    const verdict = await present(page, text)
    assert.equal(verdict.kind, 'refused', text)
    assert.match(verdict.text, reason)
    await shoot(page, 'red')
  }
  assert.equal(await textOf(page, '#refused'), '4')
  await close()
})

test('an offline door decides by itself, also after a reload, and uploads its scans afterwards', async () => {
  const door = await openDoor()
  const { page, network, close } = door
  const [ticket, revoked, late] = [await makeTicket('Ada'), await makeTicket('Eve'), await makeTicket('Joan')]
  await call('POST', `/api/tickets/${revoked.ticketId}/revoke`)
  await waitUntilKept(page)
  await page.reload()
  await waitForText(page, '#network', 'Online')
  await goOffline(door)
  assert.equal((await present(page, ticket.qrPayload)).kind, 'admitted')
  await shoot(page, 'green-offline')
  await page.reload()
  await waitForText(page, '#waiting', '1')
  const again = await present(page, ticket.qrPayload)
  assert.match(again.text, /Just scanned/)
  assert.match((await present(page, revoked.qrPayload)).text, /Stop.*cancelled/)
  const typed = await present(page, late.ticketCode)
  await shoot(page, 'amber')
  assert.equal(typed.kind, 'unsure')
  await page.click('#let-in')
  await waitForText(page, '#waiting', '2')
  // Another door lets the same guest in, which this one cannot know.
  assert.equal((await call('POST', `/api/tickets/${ticket.ticketId}/check-in`, { gate: 'South' })).status, 200)
  network.mend()
  await page.setOfflineMode(false)
  await waitForText(page, '#waiting', '0')
  await waitForText(page, '#attention', `Entered 2 times: Ada Hopper (${ticket.ticketCode})`)
  await shoot(page, 'double-entry')
  assert.equal((await call('GET', `/api/tickets/${late.ticketId}`)).json.data.checkedInAt !== null, true)
  await close()
})

test('the last admission can be undone online and offline', async () => {
  const door = await openDoor()
  const { page, close } = door
  const ticket = await makeTicket('Ada')
  await waitUntilKept(page)
  await present(page, ticket.qrPayload)
  await page.click('#undo')
  await waitForText(page, '#note', 'Ada Hopper can be admitted again')
  assert.equal((await call('GET', `/api/tickets/${ticket.ticketId}`)).json.data.checkedInAt, null)
  await goOffline(door)
  assert.equal((await present(page, ticket.qrPayload)).kind, 'admitted')
  await waitForText(page, '#waiting', '1')
  await page.click('#undo')
  await waitForText(page, '#waiting', '0')
  assert.equal(await textOf(page, '#admitted'), '0')
  await close()
})

test('the camera reads the printed ticket and lets its guest in, once', async () => {
  const { page, problems, close } = await openDoor()
  await page.click('#start-camera')
  const verdict = await readVerdict(page)
  await shoot(page, 'camera')
  assert.equal(verdict.kind, 'admitted')
  assert.match(verdict.text, /Grace Hopper/)
  await page.click('#next')
  await shoot(page, 'seeing')
  assert.deepEqual(await Promise.all(['#admitted', '#refused'].map((id) => textOf(page, id))), ['1', '0'])
  assert.deepEqual(problems, [])
  await close()
})

test('the pass leaves the address, and once it is withdrawn the page says so', async () => {
  const { page, network, doorId, pass, close } = await openDoor()
  assert.equal(page.url(), `${network.url}/door`)
  await call('POST', `/api/events/${eventId}/doors/${doorId}/withdraw`)
  await page.type('#code', 'TC-2026-ZZZZZZZZZZZZ')
  await page.keyboard.press('Enter')
  await waitForText(page, '#no-pass', 'This door pass was withdrawn.')
  await shoot(page, 'withdrawn')
  assert.equal(await page.evaluate((text) => JSON.stringify(localStorage).includes(text), pass), false)
  await close()
})

test('without a pass the page says what to do, and takes a pasted link', async () => {
  const { json } = await call('POST', `/api/events/${eventId}/doors`, { label: 'South gate' })
  const context = await browser.createBrowserContext()
  const page = await context.newPage()
  await page.goto(`${service.url}/door`)
  await waitForText(page, '#no-pass', 'Open this page with a door pass')
  await page.type('#pass-link', json.data.url)
  await page.keyboard.press('Enter')
  await waitForText(page, '#label', 'South gate')
  await context.close()
})

test('the page is installable on a phone', async () => {
  const { page, close } = await openDoor()
  await waitUntilKept(page)
  const devtools = await page.createCDPSession()
  assert.deepEqual((await devtools.send('Page.getInstallabilityErrors')).installabilityErrors, [])
  await close()
})

test('the page has a policy that loads nothing from elsewhere, and its parts have their types', async () => {
  const page = await call('GET', '/door')
  assert.match(page.headers.get('content-security-policy') ?? '', /^default-src 'none'; script-src 'self' 'wasm-unsafe-eval';/)
  const types = { 'door.js': /javascript/, 'zxing_reader.wasm': /^application\/wasm$/, 'manifest.webmanifest': /manifest\+json/ }
  for (const [asset, type] of Object.entries(types))
    assert.match((await call('GET', `/door/${asset}`)).headers.get('content-type') ?? '', type)
  assert.equal((await call('GET', '/door/../package.json')).status, 404)
  assert.equal((await call('GET', '/door/admission.ts')).status, 400)
})
