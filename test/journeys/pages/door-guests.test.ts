import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import type { Page } from 'puppeteer-core'
import { openNetwork } from '../../fixtures/cuttable-network.ts'
import { nextEventId } from '../../fixtures/ids.ts'
import { openPage, service } from '../../fixtures/service-and-browser.ts'

const { call, sql } = service
const eventId = nextEventId()
await call('PUT', `/api/events/${eventId}`, {
  ...{ title: 'Gala', startsAt: new Date().toISOString(), timezone: 'Europe/Paris', location: 'Here' },
})
let lastGuest = 0

async function makeTicket(firstName: string, lastName: string) {
  const data = { firstName, lastName, email: `${firstName}@example.com`, ticketType: 'VIP' }
  const guestId = ++lastGuest
  const { json } = await call('POST', '/api/tickets/generate', { eventId, guestId, data })
  const read = await call('GET', `/api/tickets/${json.data.ticketId}`)
  return { guestId, ticketId: json.data.ticketId, ticketCode: json.data.ticketCode, qrPayload: read.json.data.qrPayload }
}

/** Opens the page on a phone, by a new door's link. */
async function openDoor(options: object) {
  const { json } = await call('POST', `/api/events/${eventId}/doors`, { label: 'Nord', ...options })
  const network = await openNetwork(service.url)
  const { context, page, problems } = await openPage()
  await page.setViewport({ width: 390, height: 844, isMobile: true, hasTouch: true })
  const link = new URL(json.data.url)
  await page.goto(`${network.url}${link.pathname}${link.hash}`)
  await page.waitForSelector('#network[data-online="true"]', { timeout: 9000 }).catch((error) => {
    console.log(problems)
    throw error
  })
  const goOffline = async () => {
    await page.evaluate(async () => void (await navigator.serviceWorker.ready))
    network.cut()
    await page.setOfflineMode(true)
    await page.waitForSelector('#network[data-online="false"]')
  }
  const goOnline = async () => {
    network.mend()
    await page.setOfflineMode(false)
    await page.waitForFunction(() => document.querySelector('#waiting')?.textContent === '0')
  }
  const close = async () => {
    await context.close()
    network.close()
  }
  return { page, problems, goOffline, goOnline, doorId: json.data.doorId, pass: json.data.pass, close }
}

async function askAs(pass: string, method: string, where: string, body?: object) {
  const headers = { authorization: `Door ${pass}`, 'content-type': 'application/json' }
  const response = await fetch(`${service.url}/door${where}`, {
    method,
    headers,
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  return { status: response.status, json: await response.json() }
}

async function look(page: Page, query: string) {
  await page.click('#find-guest')
  await page.type('#guest-query', query)
  return await page.$$eval('#guests-found li', (items) => items.map((item) => item.textContent ?? ''))
}

async function present(page: Page, text: string) {
  await page.$eval('#verdict', (verdict) => verdict.replaceChildren())
  await page.type('#code', text)
  await page.keyboard.press('Enter')
  return await readVerdict(page)
}

async function readVerdict(page: Page) {
  await page.waitForSelector('#verdict .headline')
  return await page.$eval('#verdict', (verdict) => [...verdict.querySelectorAll('p')].map((line) => line.textContent).join(' | '))
}

/** Reads everything that the page stores on the device. */
const storedText = (page: Page) =>
  page.evaluate(async () => {
    const databases = await indexedDB.databases()
    if (databases.length === 0) return JSON.stringify(localStorage)
    const open = indexedDB.open('door-guests')
    const database = await new Promise<IDBDatabase>((resolve) => {
      open.onsuccess = () => resolve(open.result)
    })
    const all = database.transaction('guests').objectStore('guests').getAll()
    const guests = await new Promise((resolve) => {
      all.onsuccess = () => resolve(all.result)
    })
    database.close()
    return JSON.stringify([localStorage, guests])
  })

const waitForStored = (page: Page, name: string, isThere: boolean) =>
  page.waitForFunction(
    async (wanted, expected) => {
      const open = indexedDB.open('door-guests')
      const database = await new Promise<IDBDatabase>((resolve) => {
        open.onsuccess = () => resolve(open.result)
      })
      const has = database.objectStoreNames.contains('guests')
      const all = has ? database.transaction('guests').objectStore('guests').getAll() : null
      const text = await new Promise<string>((resolve) => {
        if (!all) return resolve('')
        all.onsuccess = () => resolve(JSON.stringify(all.result))
      })
      database.close()
      return text.includes(wanted) === expected
    },
    {},
    name,
    isThere,
  )

async function shoot(page: Page, name: string) {
  if (process.env.SCREENSHOTS) await page.screenshot({ path: path.join(process.env.SCREENSHOTS, `${name}.png`) })
}

test('offline and in French, a guest is found by name and let in once, and codes show names', async () => {
  const [amelie, zoe] = [await makeTicket('Amélie', 'Lefèvre'), await makeTicket('Zoé', 'Martin')]
  const { page, problems, goOffline, goOnline, close } = await openDoor({ guestList: true, locale: 'fr' })
  await waitForStored(page, 'Lefèvre', true)
  await goOffline()
  const found = await look(page, 'lefevre amelie')
  await shoot(page, 'guest-found')
  assert.equal(found.length, 1)
  assert.match(found[0] ?? '', /Amélie Lefèvre.*Faire entrer/)
  await page.click('#guests-found button')
  assert.match(await readVerdict(page), /Entrez|Entrée|Amélie Lefèvre/)
  await shoot(page, 'guest-let-in')
  assert.match((await look(page, 'amelie'))[0] ?? '', /Amélie Lefèvre(?!.*Faire entrer)/)
  await shoot(page, 'guest-entered')
  await page.keyboard.press('Escape')
  assert.match(await present(page, amelie.qrPayload), /Amélie Lefèvre/)
  await shoot(page, 'guest-again')
  assert.equal(await page.$eval('#stage', (stage) => (stage as HTMLElement).dataset.kind), 'repeated')
  assert.match(await present(page, zoe.ticketCode), /Zoé Martin/)
  await goOnline()
  for (const { ticketId } of [amelie, zoe])
    assert.notEqual((await call('GET', `/api/tickets/${ticketId}`)).json.data.checkedInAt, null)
  const entries = await sql`SELECT outcome FROM ticket_entries WHERE ticket_id = ${amelie.ticketId}`
  assert.deepEqual([...entries], [{ outcome: 'admitted' }])
  assert.deepEqual(
    problems.filter((problem) => !String(problem).includes('ERR_')),
    [],
  )
  await close()
})

test('online, a guest is found by e-mail and admitted, and this device may undo it', async () => {
  const { ticketId } = await makeTicket('Bénédicte', 'Roux')
  const { page, close } = await openDoor({ guestList: true })
  await look(page, 'benedicte@ex')
  await page.waitForSelector('#guests-found button')
  await page.click('#guests-found button')
  assert.match(await readVerdict(page), /Bénédicte Roux/)
  assert.notEqual((await call('GET', `/api/tickets/${ticketId}`)).json.data.checkedInAt, null)
  await page.click('#undo')
  await page.waitForFunction(() => document.querySelector('#note')?.textContent?.includes('Bénédicte Roux'))
  assert.equal((await call('GET', `/api/tickets/${ticketId}`)).json.data.checkedInAt, null)
  await close()
})

test('the list leaves the device when the pass is withdrawn', async () => {
  await makeTicket('Camille', 'Durand')
  const { page, doorId, close } = await openDoor({ guestList: true })
  await waitForStored(page, 'Durand', true)
  await call('POST', `/api/events/${eventId}/doors/${doorId}/withdraw`)
  await page.type('#code', 'TC-2026-ZZZZZZZZZZZZ')
  await page.keyboard.press('Enter')
  await page.waitForSelector('#no-pass:not([hidden])')
  await page.waitForFunction(async () => (await indexedDB.databases()).length === 0)
  assert.doesNotMatch(await storedText(page), /Durand/)
  await close()
})

test('a pass without the right stores no names, finds nobody, and lets in only who shows a code', async () => {
  const { ticketId, ticketCode } = await makeTicket('Delphine', 'Petit')
  const { page, pass, close } = await openDoor({})
  assert.match(await present(page, ticketCode), /Delphine Petit/)
  assert.equal(await page.$eval('#find-guest', (button) => (button as HTMLElement).hidden), true)
  assert.doesNotMatch(await storedText(page), /Delphine|Petit/)
  for (const where of [`/api/events/${eventId}/guests?q=petit`, `/api/events/${eventId}/guest-list`])
    assert.equal((await askAs(pass, 'GET', where)).status, 403, where)
  assert.equal((await askAs(pass, 'POST', `/api/tickets/${ticketId}/check-in`, {})).status, 400)
  const scan = { scanId: crypto.randomUUID(), scannedAt: new Date().toISOString(), ticketId }
  const { json } = await askAs(pass, 'POST', `/api/events/${eventId}/scans`, { scans: [scan] })
  assert.deepEqual([json.data.scans[0].outcome, json.data.scans[0].reason], ['rejected', 'malformed'])
  await close()
})
