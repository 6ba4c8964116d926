import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDoorAsset, readDoorPage, versionOf } from '../../functions/pages/door-page-files.ts'

test('the service worker of doors gets a new version with anything that changes of what it keeps, headers too', async () => {
  const script = Buffer.from('script')
  const page = await readDoorPage()
  const others = [
    versionOf(Buffer.from('other'), [page]),
    versionOf(script, [{ ...page, content: Buffer.from('other') }]),
    versionOf(script, [{ ...page, headers: { ...page.headers, 'content-security-policy': "default-src 'none'" } }]),
    versionOf(script, [{ ...page, media: 'text/plain' }]),
  ]
  assert.equal(new Set([versionOf(script, [page]), ...others]).size, 5)
  const [first = ''] = (await readDoorAsset('service-worker.js')).content.toString().split('\n')
  assert.match(first, /^const shell = \{"version":"[0-9a-f]{16}","page":"\.\.\/door","assets":\["door\.css",/)
})
