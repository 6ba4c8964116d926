import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { after, test } from 'node:test'
import { qrDataUrl, qrSvg } from '../../../../functions/codes/qr-code.ts'
import { openPrinter } from '../../../../functions/print/printer.ts'
import { trialGuests } from '../../../../functions/print/trial/trial-guests.ts'
import { trialPrint } from '../../../../functions/print/trial/trial-print.ts'
import { checkTemplate } from '../../../../functions/template/check/check-template.ts'
import { compileTemplate, trustedMarkup } from '../../../../functions/template/compile.ts'
import { drawPage, printerOptions } from '../../../fixtures/printing.ts'

const folder = new URL('../../../data/templates/', import.meta.url)
const names = (await readdir(folder)).map((name) => name.replace(/\.hbs$/, '')).sort()
const font = await readFile(new URL(import.meta.resolve('@expo-google-fonts/tinos/400Regular/Tinos_400Regular.ttf')))
// A picture of four by four pixels.
const paper =
  'data:image/svg+xml;base64,' +
  Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24"><path fill="#eef" d="M0 0h12v12H0z"/></svg>',
  ).toString('base64')
const parts = { assets: { paper, font: `data:font/ttf;base64,${font.toString('base64')}` } }
const guests = trialGuests.filter(({ name }) => ['ordinary', 'very long', 'Arabic'].includes(name))
const fallbacks: string[] = []
const printer = openPrinter({ ...printerOptions, onFallback: ({ reason }) => fallbacks.push(reason) })
after(() => printer.close())

/** Templates of which some tickets or all are printed alone, and why; all others share a print. */
const printedAlone: Record<string, RegExp> = {
  'flex-column-full': /very long.*page count would differ/,
  grid: /very long.*page count would differ/,
  'height-percent': /very long.*structure would differ/,
  'background-image': /very long.*pixels would differ/,
  wide: /wider than its page/,
}

test('there are thirty templates and more', () => assert(names.length >= 30, `${names.length}`))

for (const name of names) {
  test(`tickets of the style ${name} look the same among others as alone, or are known not to`, async () => {
    const source = await readFile(new URL(`${name}.hbs`, folder), 'utf8')
    const errors = checkTemplate(source, parts).problems.filter(({ severity }) => severity === 'error')
    assert.deepEqual(errors, [])
    const template = compileTemplate(source, parts)
    const trial = await trialPrint(printer, template, { maxFileSize: 10_000_000, guests, deadlineMs: 60_000 })
    assert.equal(trial.pixelTrue, !(name in printedAlone), trial.reason)
    if (printedAlone[name]) assert.match(trial.reason ?? '', printedAlone[name])

    const documents = guests.map(({ variables }, index) => {
      const payload = `TK1:${'A'.repeat(146)}${index}`
      const codes = {
        qrCode: trustedMarkup(qrSvg(payload)),
        qrCodeUrl: qrDataUrl(payload),
        qrPayload: payload,
        ticketCode: `TC-2026-00000000000${index}`,
      }
      return {
        html: template.fill({ ...variables, ...codes }),
        title: name,
        createdAt: new Date(0),
        templateKey: name,
        pixelTrue: trial.pixelTrue,
      }
    })
    const together = await printer.print(documents, 60_000)
    const last = documents.length - 1
    const [alone] = await printer.print(documents.slice(last), 60_000)
    assert.equal(together[last]?.pages, alone?.pages)
    const [one, other] = await Promise.all(
      [alone, together[last]].map((ticket) => drawPage(ticket?.pdf ?? new Uint8Array(), 1, 50)),
    )
    assert(one && other && one.equals(other))
  })
}
