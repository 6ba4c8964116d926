import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openPage, service } from '../fixtures/service-and-browser.ts'

test('the page draws what was measured, and says plainly when the service is gone and back', async () => {
  await service.call('GET', '/health')
  const { page, context, problems } = await openPage()
  await page.goto(`${service.url}/dashboard`)
  await page.waitForFunction(() => document.querySelector('.uplot')?.textContent?.includes('requests'))
  assert.deepEqual(problems, [])
  await page.setOfflineMode(true)
  await page.waitForFunction(() =>
    document.querySelector('#unreachable:not([hidden])')?.textContent?.includes('cannot be reached'),
  )
  await page.setOfflineMode(false)
  await page.waitForSelector('#unreachable[hidden]')
  await context.close()
  assert.equal((await service.call('GET', '/dashboard/page.ts')).status, 404)
})
