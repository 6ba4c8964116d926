import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { defaultQrOptions, qrDataUrl, qrSvg } from '../../functions/codes/qr-code.ts'
import { compileTemplate, trustedMarkup } from '../../functions/template/compile.ts'
import { printer } from '../fixtures/printer.ts'
import { inspect, ticket } from '../fixtures/printing.ts'
import { originalPayload, scan, token } from '../fixtures/qr-samples.ts'

async function scanPage(pdf: Uint8Array, dpi = 100): Promise<string> {
  return scan(await inspect('pdftoppm', ['-r', `${dpi}`, '-png'], pdf))
}

test('a QR code scans from a printed page, as an element and as an image', async () => {
  const svg = compileTemplate('<main>{{qrCode}}</main>').fill({ qrCode: trustedMarkup(qrSvg(token)) })
  const image = compileTemplate('<img src="{{url}}">').fill({ url: qrDataUrl(originalPayload) })
  const [first, second] = await printer.print([ticket(svg), ticket(image)], 10_000)
  assert(first && second)
  assert.equal(await scanPage(first.pdf), token)
  assert.equal(await scanPage(second.pdf), originalPayload)
})

test('a printed image of a QR code is drawn as vectors', async () => {
  const [printed] = await printer.print([ticket(`<img src="${qrDataUrl(token)}">`)], 10_000)
  assert(printed)
  assert.equal((await inspect('pdfimages', ['-list'], printed.pdf)).toString().trim().split('\n').length, 2)
})

test('codes of every shape scan, even with the least error correction', async () => {
  const texts = Array.from({ length: 12 }, (_, seed) =>
    createHash('sha512').update(`${seed}`).digest('hex').toUpperCase().slice(seed),
  )
  const printed = await printer.print(
    texts.map((text) => ticket(qrSvg(text, { ...defaultQrOptions, errorCorrectionLevel: 'L' }))),
    10_000,
  )
  assert.deepEqual(await Promise.all(printed.map(({ pdf }) => scanPage(pdf))), texts)
})
