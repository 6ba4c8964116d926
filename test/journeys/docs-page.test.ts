import assert from 'node:assert/strict'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import puppeteer from 'puppeteer-core'
import { gatewayMethods } from '../../functions/contract/gateway.ts'
import type { Route } from '../../functions/contract/route.ts'
import { routes } from '../../functions/contract/routes.ts'
import { unpackChromium } from '../../functions/pdf/chromium-binary.ts'
import { startService } from './running-service.ts'

const service = await startService()
after(() => service.stop())

test('the contract reads as a page that shows every route and asks nobody else for anything', async () => {
  const { executable, libraries } = await unpackChromium(
    process.env.BROWSER_CACHE_DIR ?? path.join(os.tmpdir(), 'ticket-generator'),
  )
  const browser = await puppeteer.launch({
    executablePath: executable,
    env: { LD_LIBRARY_PATH: libraries },
    args: ['--no-sandbox'],
    headless: 'shell',
    pipe: true,
  })
  try {
    const page = await browser.newPage()
    const asked: string[] = []
    const errors: unknown[] = []
    page.on('request', (request) => asked.push(request.url()))
    page.on('pageerror', (error) => errors.push(error))
    await page.goto(new URL('/docs', service.url).href)
    await page.waitForSelector('.opblock', { timeout: 20_000 })
    const shown = await page.$$eval('.opblock', (blocks) => blocks.length)
    assert.equal(shown, Object.values<Route>(routes).flatMap(gatewayMethods).length)
    assert.deepEqual(errors, [])
    assert.deepEqual(
      asked.filter((url) => !url.startsWith(service.url) && !url.startsWith('data:')),
      [],
    )
  } finally {
    await browser.close()
  }
})
