import assert from 'node:assert/strict'
import { test } from 'node:test'
import QRCode from 'qrcode'
import { defaultQrOptions, qrPng, qrSvg } from '../../functions/codes/qr-code.ts'
import { originalPayload, scan, token } from '../fixtures/qr-samples.ts'

test('a PNG has the requested size and scans', async () => {
  for (const text of [token, originalPayload])
    for (const size of [200, 333]) {
      const png = await qrPng(text, { ...defaultQrOptions, size })
      assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [size, size])
      assert.equal(await scan(png), text)
    }
})

test('a PNG too small for its modules grows to one pixel per module', async () => {
  const png = await qrPng(token, { ...defaultQrOptions, size: 10 })
  assert.equal(png.readUInt32BE(16), 49 + 8)
})

test('options change margin, colours, size and level', async () => {
  const options = { size: 300, margin: 2, color: { dark: '#102030', light: '#ffeedd' }, errorCorrectionLevel: 'H' } as const
  const svg = qrSvg(originalPayload, options)
  assert.match(svg, /width="300" height="300"/)
  assert.match(svg, /fill="#102030"/)
  assert.match(svg, /fill="#ffeedd"/)
  const side = QRCode.create(originalPayload, { errorCorrectionLevel: 'H' }).modules.size + 4
  assert(svg.includes(`viewBox="0 0 ${side} ${side}"`))
  assert.equal(await scan(await qrPng(originalPayload, options)), originalPayload)
})

test('the longest compact token fits version 8 at level Q, thanks to the alphanumeric mode', () => {
  assert.match(qrSvg(token), /viewBox="0 0 57 57"/)
})

test('a colour cannot carry markup', () => {
  assert.throws(() => qrSvg('x', { ...defaultQrOptions, color: { dark: '"/><script>', light: '#FFFFFF' } }), RangeError)
})

test('a QR code has a text alternative', () => {
  assert.match(qrSvg(token), /role="img" aria-label="QR code"/)
})
