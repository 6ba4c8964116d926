import { PNG } from 'pngjs'
import type { Page } from 'puppeteer-core'
import UPNG from 'upng-js'
import { dashboard } from '../../functions/contract/monitoring/dashboard.ts'
import { brandedWith, jpeg, logo } from '../fixtures/branding.ts'
import { openPage } from '../fixtures/browser.ts'
import type { startService } from '../fixtures/running-service.ts'
import { openStudio, pictureOf, shown } from '../fixtures/studio.ts'

type Service = Awaited<ReturnType<typeof startService>>

/** A picture of the documents: the name of its file, and the PNG. */
export interface Picture {
  name: string
  png: Buffer
}

const event = {
  ...{ title: 'Aurora Nights', startsAt: '2036-06-12T18:30:00Z', endsAt: '2036-06-12T22:00:00Z' },
  ...{ timezone: 'Europe/Paris', location: 'Zénith, Paris' },
}
const eventId = 2036
const doorEventId = 2037
const colours = 96
const phone = { width: 390, height: 860 }

/** Makes every picture of the documents, from inputs that do not change. */
export async function* makePictures(service: Service): AsyncGenerator<Picture> {
  await service.call('PUT', `/api/events/${eventId}`, event)
  await service.call('PUT', `/api/events/${eventId}/branding`, { ...brandedWith, logo, background: jpeg })
  yield* drawForms(service)
  yield* drawDoor(service)
  yield await drawStudio(service)
  yield await drawDashboard(service)
}

interface Form {
  form: string
  type: string
  content: string
}

/** Draws the ticket designs and the phone page as an organiser sees them before the first guest. */
async function* drawForms({ call }: Service): AsyncGenerator<Picture> {
  const { json } = await call('POST', `/api/events/${eventId}/preview`, {})
  const forms: Form[] = json.data.forms
  for (const { form, type, content } of forms)
    if (type === 'image/png') yield { name: `ticket-${form}`, png: pack(Buffer.from(content, 'base64')) }
  const { page, context } = await openPage()
  await page.setViewport(phone)
  await page.setContent(forms.find(({ form }) => form === 'mobile page')?.content ?? '')
  yield { name: 'phone-page', png: await shoot(page) }
  await context.close()
}

/** Draws a door that lets a guest in, sees the same ticket again, and refuses a code that nobody has. */
async function* drawDoor({ call, url }: Service): AsyncGenerator<Picture> {
  const hours = (count: number) => new Date(Date.now() + count * 3_600_000).toISOString()
  await call('PUT', `/api/events/${doorEventId}`, { ...event, startsAt: hours(-1), endsAt: hours(6) })
  const data = { firstName: 'Ada', lastName: 'Lovelace', email: 'ada@example.com', ticketType: 'VIP', gate: 'North' }
  const { json } = await call('POST', '/api/tickets/generate', { eventId: doorEventId, guestId: 1, data })
  const door = await call('POST', `/api/events/${doorEventId}/doors`, { label: 'North gate' })
  const link = new URL(door.json.data.url)
  const { page, context } = await openPage()
  await page.setViewport({ ...phone, isMobile: true, hasTouch: true })
  await page.goto(`${url}${link.pathname}${link.hash}`)
  await page.waitForSelector('#network[data-online="true"]')
  const codes = { admitted: json.data.ticketCode, repeated: json.data.ticketCode, refused: 'TC-2036-7K3M9QX4WBZ2' }
  for (const [verdict, code] of Object.entries(codes)) {
    await page.$eval('#verdict', (shown) => shown.replaceChildren())
    await page.type('#code', code)
    await page.keyboard.press('Enter')
    await page.waitForSelector('#verdict .headline')
    await page.$eval('#until', (until) => until.replaceChildren())
    yield { name: `door-${verdict}`, png: await shoot(page) }
  }
  await context.close()
}

async function drawStudio({ url }: Service): Promise<Picture> {
  const { page, close } = await openStudio(`${url}/studio#1`)
  const first = await pictureOf(page)
  await page.select('#other-guest', 'Arabic')
  await shown(page, first)
  const png = await shoot(page)
  await close()
  return { name: 'studio', png }
}

/** Draws the dashboard of an hour that was made up. */
async function drawDashboard({ url }: Service): Promise<Picture> {
  const { page, context } = await openPage()
  await page.setViewport({ width: 1280, height: 860 })
  await page.emulateTimezone('UTC')
  await page.setRequestInterception(true)
  page.on('request', (request) => {
    const { pathname } = new URL(request.url())
    if (pathname.endsWith('readings.json')) return void request.respond({ body: JSON.stringify(inventReadings()) })
    if (pathname.endsWith('detailed')) return void request.respond({ body: '{"status":"healthy","dependencies":{}}' })
    void request.continue()
  })
  await page.goto(`${url}/dashboard`)
  await page.waitForFunction(() => document.querySelector('#health')?.textContent?.includes('healthy'))
  await page.$eval('#health', (health) => {
    health.textContent = 'http://localhost:3004 is healthy'
  })
  const png = await shoot(page)
  await context.close()
  return { name: 'dashboard', png }
}

function inventReadings() {
  const minutes = Array.from({ length: 30 }, (_, minute) => minute)
  const scales = { count: 40, seconds: 0.4, milliseconds: 90, bytes: 42_000, percent: 30, days: 12 }
  const series = dashboard.flatMap(({ title: section, widgets }) =>
    widgets.flatMap(({ title, unit, series: all }) =>
      all.map(({ label, statistic }, order) => {
        const isQuiet = /Errors|Faults|given up|Throttled|again|replaced|failed|refused/.test(`${title} ${label}`)
        const wave = (minute: number) => 1 + order / 2 + Math.sin(minute / 4 + order) / 3
        const values = minutes.map((minute) => (isQuiet ? 0 : scales[unit] * wave(minute)))
        return { section, title, label, unit, statistic, value: values.at(-1), values }
      }),
    ),
  )
  return { now: Date.parse('2036-06-12T18:30:00Z'), health: '', alarms: [], series }
}

async function shoot(page: Page): Promise<Buffer> {
  return pack(Buffer.from(await page.screenshot({ captureBeyondViewport: false })))
}

/** Compresses a PNG to 96 colours, which nobody sees. */
function pack(png: Buffer): Buffer {
  const { width, height, data } = PNG.sync.read(png)
  return Buffer.from(UPNG.encode([new Uint8Array(data).buffer], width, height, colours))
}
