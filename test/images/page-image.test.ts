import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inflateSync } from 'node:zlib'
import { drawPage } from '../../functions/images/page-image.ts'
import { printer } from '../fixtures/printer.ts'
import { ticket } from '../fixtures/printing.ts'

const style =
  '@page { size: 96px 192px; margin: 0 } html { background: rgb(255 128 0) } p { break-before: page; background: rgb(0 64 255) }'
const [printed] = await printer.print([ticket('<div>One</div><p style="height: 192px; margin: 0"></p>', style)], 20_000)
const pdf = printed?.pdf ?? new Uint8Array()

/** Reads the size of a PNG without filters and the colour in its middle. */
function look(png: Buffer) {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)]
  const pixels = inflateSync(png.subarray(41, 41 + png.readUInt32BE(33)))
  const middle = Math.floor(height / 2) * (1 + 3 * width) + 1 + 3 * Math.floor(width / 2)
  return { width, height, colour: [...pixels.subarray(middle, middle + 3)] }
}

test('a page is drawn in its colours, at the requested size', async () => {
  assert.deepEqual(look(await drawPage(pdf, { page: 1 })), { width: 96, height: 192, colour: [255, 128, 0] })
  assert.deepEqual(look(await drawPage(pdf, { page: 2, width: 48 })), { width: 48, height: 96, colour: [0, 64, 255] })
  assert.equal(look(await drawPage(pdf, { page: 2, dpi: 192 })).height, 384)
})

test('a page that does not exist, or a picture that would be too large, is refused with the limit', async () => {
  await assert.rejects(drawPage(pdf, { page: 3 }), /no such page/)
  await assert.rejects(drawPage(pdf, { page: 1, width: 4000 }), /too large/)
})
