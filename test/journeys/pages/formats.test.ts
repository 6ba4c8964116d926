import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import type { Page } from 'puppeteer-core'
import { ticketAnswer } from '../../../functions/contract/schemas/answers.ts'
import { openNetwork } from '../../fixtures/cuttable-network.ts'
import { nextEventId } from '../../fixtures/ids.ts'
import { download, inspectPdf, readQrCode } from '../../fixtures/running-service.ts'
import { browser, service } from '../../fixtures/service-and-browser.ts'

// After the service has set what is logged.
const { openClients } = await import('../../../functions/runtime/clients.ts')
const { call, sql } = service
const run = promisify(execFile)
const event = {
  title: 'Été & <Sons>',
  startsAt: '2026-06-12T18:30:00Z',
  endsAt: '2026-06-12T21:00:00Z',
  timezone: 'Europe/Paris',
  location: 'Zénith, Paris',
  details: { doorsOpenAt: '2026-06-12T17:00:00Z' },
}
const eventId = nextEventId()
await call('PUT', `/api/events/${eventId}`, event)
const folder = await mkdtemp(path.join(os.tmpdir(), 'formats-'))
after(() => rm(folder, { recursive: true }))

let lastGuest = 0

async function makeTicket(data: object = {}, forEvent = eventId) {
  const guest = { firstName: 'Zoé', lastName: 'Lefèvre', email: 'zoe@example.com', ticketType: 'VIP', locale: 'fr', ...data }
  const { status, json } = await call('POST', '/api/tickets/generate', { eventId: forEvent, guestId: ++lastGuest, data: guest })
  assert.equal(status, 201, JSON.stringify(json))
  const read = await call('GET', `/api/tickets/${json.data.ticketId}`)
  return ticketAnswer.strict().parse(read.json.data)
}

const ticket = await makeTicket({ row: 'C', seat: 12 })
const exists = (link: string | null): string => {
  assert.ok(link)
  return link
}
const open = (link: string | null, accept = 'text/html') => fetch(exists(link), { headers: { accept } })

test('the PNG of a ticket is drawn once, shows the same code, and is stored as long as its PDF', async () => {
  const link = exists(ticket.links.pngUrl)
  const [first, second] = [await call('GET', link), await call('GET', link)]
  assert.deepEqual([first.status, second.status], [302, 302])
  const image = await download(link)
  assert.equal(image.readUInt32BE(16), 1200)
  assert.equal(await readQrCode(image), ticket.qrPayload)
  const [row] = await sql`SELECT pdf_file_path AS key FROM generated_tickets WHERE id = ${ticket.id}`
  const key: string = row?.key
  assert.ok(new URL(first.headers.get('location') ?? '').pathname.endsWith(key.replace('.pdf', '.png')))
  const { storage } = await openClients(['storage'])
  const owner = { eventId, ticketId: ticket.id }
  // An age below zero stands for waiting.
  assert.ok(await storage.removeOthers(owner, { key, olderThanSeconds: -60 }))
  assert.ok(await storage.exists(key.replace('.pdf', '.png')))
  assert.ok(await storage.removeOthers(owner, { key: 'another.pdf', olderThanSeconds: -60 }))
  assert.equal(await storage.exists(key.replace('.pdf', '.png')), false)
})

test('the calendar entry has the event in UTC with the way back to the ticket, and an event without a time has none', async () => {
  const response = await open(ticket.links.calendarUrl)
  assert.match(response.headers.get('content-type') ?? '', /^text\/calendar/)
  const text = (await response.text()).replaceAll('\r\n ', '')
  for (const line of ['DTSTART:20260612T183000Z', 'DTEND:20260612T210000Z', 'SUMMARY:Été & <Sons>', 'LOCATION:Zénith\\, Paris'])
    assert.ok(text.includes(`${line}\r\n`), text)
  assert.match(text, new RegExp(`UID:event-${eventId}-guest-${ticket.guest.id}@localhost\r\n`))
  const [, back = ''] = /URL;VALUE=URI:(\S+)/.exec(text) ?? []
  assert.equal((await open(back)).status, 200)
  const loose = await makeTicket({ eventName: 'Gala', eventDate: 'Friday', location: 'Here' }, nextEventId())
  assert.equal(loose.links.calendarUrl, null)
  assert.doesNotMatch(await (await open(loose.links.mobileUrl)).text(), /\/calendar\//)
})

/** Opens a .pkpass with tools that know nothing of us: Python's zipfile and hashes, OpenSSL's check of the signature against the authority given. */
async function inspectPass(pass: Buffer, authority: string) {
  const [file, root] = [path.join(folder, 'ticket.pkpass'), path.join(folder, 'root.pem')]
  await writeFile(file, pass)
  await writeFile(root, authority)
  const script = `
import hashlib, json, sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
assert archive.testzip() is None
archive.extractall(sys.argv[2])
print(json.dumps({name: hashlib.sha1(archive.read(name)).hexdigest() for name in archive.namelist()}))`
  const { stdout } = await run('python3', ['-c', script, file, folder])
  const [signature, manifest] = [path.join(folder, 'signature'), path.join(folder, 'manifest.json')]
  const verify = (content: string) =>
    run('openssl', [
      ...['smime', '-verify', '-inform', 'DER', '-in', signature, '-content', content],
      ...['-CAfile', root, '-purpose', 'any', '-binary', '-out', '/dev/null'],
    ])
  await verify(manifest)
  await assert.rejects(verify(path.join(folder, 'pass.json')))
  const { 'manifest.json': _m, signature: _s, ...hashes } = JSON.parse(stdout)
  assert.deepEqual(JSON.parse(await readFile(manifest, 'utf8')), hashes)
  return { names: Object.keys(hashes), pass: JSON.parse(await readFile(path.join(folder, 'pass.json'), 'utf8')) }
}

test('the pass for Apple Wallet holds the code and the seat, and its manifest and signature hold for others', async () => {
  const response = await open(ticket.links.appleWalletUrl)
  assert.equal(response.headers.get('content-type'), 'application/vnd.apple.pkpass')
  const { apple } = JSON.parse(await readFile(path.join(service.stateFolder, 'wallet.json'), 'utf8'))
  const { names, pass } = await inspectPass(Buffer.from(await response.arrayBuffer()), apple.intermediate)
  for (const name of ['icon.png', 'icon@2x.png', 'logo.png']) assert.ok(names.includes(name), name)
  assert.equal(pass.barcodes[0].message, ticket.qrPayload)
  assert.equal(pass.barcodes[0].format, 'PKBarcodeFormatQR')
  assert.equal(pass.relevantDate, '2026-06-12T18:30:00Z')
  assert.equal(pass.serialNumber, ticket.ticketCode)
  const values = Object.values(pass.eventTicket).flatMap((fields) => (fields as { value: string }[]).map(({ value }) => value))
  for (const value of ['Été & <Sons>', 'Zoé Lefèvre', 'C', '12', 'vendredi 12 juin 2026 à 20:30'])
    assert.ok(values.includes(value), value)
})

test('an unconfigured wallet has no link and no button, and its address answers with the reason', async () => {
  assert.equal(ticket.links.googleWalletUrl, null)
  const { status, json } = await call('GET', exists(ticket.links.appleWalletUrl).replace('type=apple', 'type=google'))
  assert.deepEqual([status, json.error.code], [404, 'FORMAT_NOT_AVAILABLE'])
  const page = await (await open(ticket.links.mobileUrl)).text()
  assert.match(page, /type&#x3D;apple|type=apple/)
  assert.doesNotMatch(page, /Google Wallet|type(=|&#x3D;)google/)
})

test("a guest's text cannot become markup on the page, and nothing foreign may run or load there", async () => {
  const nasty = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
  const { links } = await makeTicket({ lastName: nasty })
  const response = await open(links.mobileUrl)
  const html = await response.text()
  assert.ok(!html.includes('<script>alert') && !html.includes('<img'), html)
  const policy = response.headers.get('content-security-policy') ?? ''
  assert.match(policy, /default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+';/)
  assert.doesNotMatch(policy, /unsafe|http|\*/)
  assert.doesNotMatch(html.replaceAll(service.url, ''), /https?:\/\/(?!www\.w3\.org\/2000\/svg|www\.google\.com\/maps\/)/)
})

test('a bad link shows browsers the reason in their language, and gives programs the code', async () => {
  const { links, id } = await makeTicket()
  const bad = `${service.url}/t/${id}`
  const refused = await fetch(bad, { headers: { accept: 'text/html', 'accept-language': 'de-AT,de;q=0.9,en;q=0.8' } })
  assert.equal(refused.status, 403)
  assert.match(await refused.text(), /<html lang="de".*Hier ist kein Ticket/s)
  await call('POST', `/api/tickets/${id}/revoke`)
  const gone = await open(links.mobileUrl)
  assert.deepEqual([gone.status, gone.headers.get('content-type')], [410, 'text/html; charset=utf-8'])
  assert.match(await gone.text(), /no longer valid/)
  for (const link of [links.mobileUrl, links.pngUrl, links.calendarUrl, links.appleWalletUrl])
    assert.equal((await call('GET', exists(link))).json.error.code, 'LINK_EXPIRED')
})

/** Opens a link on a phone of its own, whose network can be cut. */
async function openPhone(link: string) {
  const context = await browser.createBrowserContext()
  const network = await openNetwork(service.url)
  const page = await context.newPage()
  const problems: unknown[] = []
  const asked = new Set<string>()
  page.on('pageerror', (error) => problems.push(error))
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  // Icons are in the page itself, as `data:` URLs, whose origin is null.
  page.on('request', (request) => request.url().startsWith('data:') || asked.add(new URL(request.url()).origin))
  await page.setViewport({ width: 390, height: 844, deviceScaleFactor: 2, isMobile: true, hasTouch: true })
  const { pathname, search } = new URL(link)
  const url = `${network.url}${pathname}${search}`
  await page.goto(url)
  const close = async () => {
    await context.close()
    network.close()
  }
  return { page, network, url, problems, asked, close }
}

const isKept = (page: Page) => page.waitForFunction(() => document.getElementById('kept')?.textContent !== '')

async function shoot(page: Page, name: string): Promise<Buffer> {
  const image = Buffer.from(await page.screenshot({ fullPage: true }))
  if (process.env.SCREENSHOTS) await writeFile(path.join(process.env.SCREENSHOTS, `${name}.png`), image)
  return image
}

test('on a phone the code fills the ticket and scans in light, dark and on paper, and the page loads nothing from elsewhere', async () => {
  const { page, network, problems, asked, close } = await openPhone(ticket.links.mobileUrl)
  await isKept(page)
  const qrWidth = await page.$eval('.qr svg', (svg) => svg.getBoundingClientRect().width)
  assert.ok(qrWidth > 360, `the code is ${qrWidth} of 390 pixels wide`)
  assert.equal(await page.$eval('html', ({ lang, dir }) => `${lang} ${dir}`), 'fr ltr')
  const text = await page.$eval('main', (main) => main.innerText)
  assert.match(await page.$eval('.map', (link) => String(link.getAttribute('href'))), /query=Z%C3%A9nith%2C\+Paris$/)
  for (const part of [
    'vendredi 12 juin 2026 à 20:30',
    'portes',
    '19:00',
    'Zénith, Paris',
    'Zoé Lefèvre',
    'VIP',
    'Rang',
    '12',
    ticket.ticketCode,
  ])
    assert.ok(text.includes(part), `${part} in ${text}`)
  assert.equal(await readQrCode(await shoot(page, 'light')), ticket.qrPayload)
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }])
  assert.equal(await readQrCode(await shoot(page, 'dark')), ticket.qrPayload)
  const pdf = Buffer.from(await page.pdf({ format: 'A4' }))
  if (process.env.SCREENSHOTS) await writeFile(path.join(process.env.SCREENSHOTS, 'print.pdf'), pdf)
  const printed = await inspectPdf(pdf)
  assert.equal(printed.qr, ticket.qrPayload)
  assert.match(printed.info, /Pages: +1\n/)
  assert.doesNotMatch(printed.text, /Apple/)
  assert.deepEqual([...asked], [network.url])
  assert.deepEqual(problems, [])
  await close()
})

test('an opened ticket is available offline, and is gone at the first online look after it was revoked', async () => {
  const mine = await makeTicket()
  const { page, network, url, close } = await openPhone(mine.links.mobileUrl)
  await isKept(page)
  network.cut()
  await page.goto('about:blank')
  await page.goto(url)
  assert.equal(await readQrCode(await shoot(page, 'offline')), mine.qrPayload)
  const asOf = new Intl.DateTimeFormat('fr', { dateStyle: 'medium' }).format(new Date())
  assert.match((await page.$eval('#old', (note) => note.textContent)) ?? '', new RegExp(`^Pas de connexion.*${asOf}`))
  network.mend()
  await page.goto(url)
  assert.equal(await page.$eval('#old', (note) => note.textContent), '')
  await call('POST', `/api/tickets/${mine.id}/revoke`)
  assert.equal((await page.goto(url))?.status(), 410)
  assert.match(await page.$eval('h1', (title) => title.innerText), /no longer valid/)
  await shoot(page, 'gone')
  network.cut()
  await assert.rejects(page.goto(url), 'what was kept of it is gone too')
  await close()
})

test('a network that never answers delays the cached ticket only briefly', async () => {
  const mine = await makeTicket({ firstName: 'ليلى', lastName: 'حداد', locale: 'ar' })
  const { page, network, url, close } = await openPhone(mine.links.mobileUrl)
  await isKept(page)
  assert.equal(await page.$eval('html', ({ lang, dir }) => `${lang} ${dir}`), 'ar rtl')
  network.stall()
  await page.goto('about:blank')
  await page.goto(url, { timeout: 10_000 })
  assert.equal(await readQrCode(await shoot(page, 'arabic')), mine.qrPayload)
  await close()
})
