import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { notices } from '../../../functions/contract/notices.ts'
import { gatewayMethods } from '../../../functions/contract/routes/gateway.ts'
import type { Route } from '../../../functions/contract/routes/route.ts'
import { routes } from '../../../functions/contract/routes/routes.ts'
import { browser, service } from '../../fixtures/service-and-browser.ts'

const axe = await readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')

test('the contract fits the width of a phone', async () => {
  const context = await browser.createBrowserContext()
  try {
    const page = await context.newPage()
    await page.setViewport({ width: 390, height: 800 })
    await page.goto(new URL('/docs', service.url).href)
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390)
  } finally {
    await context.close()
  }
})

for (const scheme of ['light', 'dark'])
  test(`the contract reads as a ${scheme} page of every route and notice, without fault for axe, and asks nobody for anything`, async () => {
    const context = await browser.createBrowserContext()
    try {
      const page = await context.newPage()
      await page.setBypassCSP(true)
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
      const asked: string[] = []
      page.on('request', (request) => asked.push(request.url()))
      const url = new URL('/docs', service.url).href
      await page.goto(url)
      const places = Object.values<Route>(routes)
        .filter(({ method }) => method !== 'ANY')
        .flatMap(gatewayMethods)
      assert.equal(await page.$$eval('article', (all) => all.length), places.length + Object.keys(notices).length)
      assert.match(await page.$eval('main', (main) => main.textContent), /^\s*Personalised PDF tickets.*\n\s*Getting started/)
      assert.deepEqual(
        asked.filter((one) => one !== url && !one.startsWith('data:')),
        [],
      )
      await page.$$eval('details', (all) =>
        all.slice(0, 3).forEach((one) => {
          one.open = true
        }),
      )
      await page.evaluate(axe)
      // Every call has the same structure, and axe takes seconds for all of them.
      await page.$$eval('article', (all) => {
        for (const one of all) if (!['create-door', 'get-pdf', 'on-batch.completed'].includes(one.id)) one.remove()
      })
      const found = await page.evaluate(
        'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + " " + nodes[0].html))',
      )
      assert.deepEqual(found, [])
    } finally {
      await context.close()
    }
  })
