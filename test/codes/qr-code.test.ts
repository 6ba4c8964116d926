import assert from 'node:assert/strict'
import { test } from 'node:test'
import QRCode from 'qrcode'
import { defaultQrOptions, qrPng, qrSvg } from '../../functions/codes/qr-code.ts'
import { inspect } from '../fixtures/printing.ts'

const token = `TK1:${'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.repeat(5)}`.slice(0, 152)
const original = JSON.stringify({
  ticketId: 'TC-2024-123456',
  eventId: 456,
  guestId: 123,
  signature: 'a1'.repeat(32),
  timestamp: '2024-01-01T12:00:00Z',
})

async function scan(image: Uint8Array): Promise<string> {
  return (await inspect('zbarimg', ['-q', '--raw'], image)).toString().trimEnd()
}

test('a PNG has the size asked for and scans', async () => {
  for (const text of [token, original])
    for (const size of [200, 333]) {
      const png = await qrPng(text, { ...defaultQrOptions, size })
      assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [size, size])
      assert.equal(await scan(png), text)
    }
})

test('a PNG too small for its modules grows to one pixel a module', async () => {
  const png = await qrPng(token, { ...defaultQrOptions, size: 10 })
  assert.equal(png.readUInt32BE(16), 49 + 8)
})

test('options change margin, colours, size and level', async () => {
  const options = { size: 300, margin: 2, color: { dark: '#102030', light: '#ffeedd' }, errorCorrectionLevel: 'H' } as const
  const svg = qrSvg(original, options)
  assert.match(svg, /width="300" height="300"/)
  assert.match(svg, /fill="#102030"/)
  assert.match(svg, /fill="#ffeedd"/)
  const side = QRCode.create(original, { errorCorrectionLevel: 'H' }).modules.size + 4
  assert(svg.includes(`viewBox="0 0 ${side} ${side}"`))
  assert.equal(await scan(await qrPng(original, options)), original)
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
