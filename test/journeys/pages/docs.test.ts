import assert from 'node:assert/strict'
import { test } from 'node:test'
import { notices } from '../../../functions/contract/notices.ts'
import { gatewayMethods } from '../../../functions/contract/routes/gateway.ts'
import type { Route } from '../../../functions/contract/routes/route.ts'
import { routes } from '../../../functions/contract/routes/routes.ts'
import { browser, service } from '../../fixtures/service-and-browser.ts'

test('the contract reads as a page that shows every route and notice, and asks nobody else for anything', async () => {
  const context = await browser.createBrowserContext()
  try {
    const page = await context.newPage()
    const asked: string[] = []
    const errors: unknown[] = []
    page.on('request', (request) => asked.push(request.url()))
    page.on('pageerror', (error) => errors.push(error))
    await page.goto(new URL('/docs', service.url).href)
    await page.waitForSelector('.opblock', { timeout: 20_000 })
    const shown = await page.$$eval('.opblock', (blocks) => blocks.length)
    assert.equal(
      shown,
      Object.values<Route>(routes)
        .filter(({ method }) => method !== 'ANY')
        .flatMap(gatewayMethods).length + Object.keys(notices).length,
    )
    assert.deepEqual(errors, [])
    assert.deepEqual(
      asked.filter((url) => !url.startsWith(service.url) && !url.startsWith('data:')),
      [],
    )
  } finally {
    await context.close()
  }
})
