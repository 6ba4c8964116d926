import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import type { AssetType } from '../../functions/contract/template-check.ts'
import { decodeAssets } from '../../functions/print/embedded-files.ts'
import { readAsset } from '../../functions/template/check/assets/asset.ts'
import { printer } from '../fixtures/printer.ts'

const take = async (type: 'png' | 'jpeg' | 'webp') => {
  const text = await printer.use(20_000, ({ page }) => page.evaluate(draw, `image/${type}`))
  return Buffer.from(text, 'base64')
}

/** Runs in the browser's page. */
async function draw(type: string): Promise<string> {
  const canvas = new OffscreenCanvas(90, 60)
  const context = canvas.getContext('2d')
  for (let x = 0; x < 90; x++) context?.fillRect(x, (x * x) % 60, 3, 3)
  const bytes = new Uint8Array(await (await canvas.convertToBlob({ type })).arrayBuffer())
  return btoa(String.fromCharCode(...bytes))
}

const module = (name: string) => readFile(new URL(import.meta.resolve(name)))
const assets: [AssetType, Buffer][] = [
  ['image/png', await take('png')],
  ['image/jpeg', await take('jpeg')],
  ['image/webp', await take('webp')],
  ['image/gif', Buffer.from('R0lGODlhAQABAIAAAP///wAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64')],
  ['image/svg+xml', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>')],
  ['font/ttf', await module('@expo-google-fonts/arimo/400Regular/Arimo_400Regular.ttf')],
  ['font/woff2', await module('@fontsource/noto-sans-symbols-2/files/noto-sans-symbols-2-latin-400-normal.woff2')],
  ['font/woff', await module('@fontsource/noto-sans-symbols-2/files/noto-sans-symbols-2-latin-400-normal.woff')],
]

/** Checks whether an asset would be accepted at upload: by its format, and by the browser. */
async function isTaken(content: Buffer): Promise<boolean> {
  const reading = readAsset(content)
  if ('problem' in reading) return false
  const url = `data:${reading.type};base64,${content.toString('base64')}`
  return (await decodeAssets(printer, [{ type: reading.type, url }]))[0] ?? false
}

for (const [type, content] of assets) {
  test(`${type} is accepted whole, and refused wherever it is truncated`, async () => {
    assert.deepEqual(readAsset(content), { type })
    assert.equal(await isTaken(content), true)
    for (const share of [0.1, 0.5, 0.9, 0.99])
      assert.equal(await isTaken(content.subarray(0, Math.floor(content.length * share))), false, `${share}`)
  })
}

for (const [type, content] of assets.filter(([type]) => type === 'image/png' || type.startsWith('font/woff')))
  test(`${type} is refused if its content does not match its header`, async () => {
    const changed = Buffer.from(content)
    changed.fill(0xa5, content.length >> 1, (content.length >> 1) + (content.length >> 3))
    assert.equal(await isTaken(changed), false)
  })
