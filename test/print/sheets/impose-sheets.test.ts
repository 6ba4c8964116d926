import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { qrSvg } from '../../../functions/codes/qr-code.ts'
import { sheetLayout } from '../../../functions/contract/template-check.ts'
import { imposeSheets } from '../../../functions/print/sheets/impose-sheets.ts'
import { checkTemplate } from '../../../functions/template/check/check-template.ts'
import { compileTemplate, trustedMarkup } from '../../../functions/template/compile.ts'
import { printer } from '../../fixtures/printer.ts'
import { inspect, readText } from '../../fixtures/printing.ts'

const folder = new URL('../../../templates/badge/', import.meta.url)
const names = ['Ada', 'Grace', 'Edsger', 'Barbara', 'Donald', 'Margaret', 'Alan', 'Radia', 'Leslie', '健太郎', 'نور']

const source = await readFile(new URL('ticket.hbs', folder), 'utf8')
const sample = JSON.parse(await readFile(new URL('sample.json', folder), 'utf8'))
const template = compileTemplate(source)
const documents = names.map((firstName, index) => ({
  html: template.fill({ ...sample, firstName, qrCode: trustedMarkup(qrSvg(`TK1:${'A'.repeat(140)}${index}`)) }),
  title: firstName,
  createdAt: new Date(0),
  templateKey: 'badge',
}))
const badges = (await printer.print(documents, 60_000)).map(({ pdf }) => pdf)

async function impose(pdfs: Iterable<Uint8Array>, columns = 2, cutMarks = true): Promise<Uint8Array[]> {
  const sheets: Uint8Array[] = []
  for await (const sheet of imposeSheets(pdfs, sheetLayout.parse({ columns, cutMarks }))) sheets.push(sheet)
  return sheets
}

test('the badge requires only the names of event and guest, and has no problems', () => {
  assert.deepEqual(checkTemplate(source).required.sort(), ['eventName', 'firstName', 'lastName'])
  assert.deepEqual(checkTemplate(source).problems, [])
})

test('a badge is one page of 90 × 65 mm', async () => {
  for (const badge of badges)
    assert.match((await inspect('pdfinfo', [], badge)).toString(), /Pages: +1\n[\s\S]*Page size: +255(\.\d+)? x 18[45]/)
})

test('badges are placed in order on A4, two in a row and eight on a sheet, and the last sheet has the rest', async () => {
  const sheets = await impose(badges)
  assert.equal(sheets.length, 2)
  const [first = new Uint8Array(), last = new Uint8Array()] = sheets
  for (const sheet of sheets)
    assert.match((await inspect('pdfinfo', [], sheet)).toString(), /Pages: +1\n[\s\S]*Page size: +595\.\d+ x 841\.\d+ pts \(A4\)/)
  const text = await readText(first)
  assert.deepEqual(
    names.filter((name) => text.includes(name)),
    names.slice(0, 8),
  )
  assert((await readText(last)).includes('Leslie'))
  assert.equal((await readText(last)).match(/Lovelace/g)?.length, 3)
})

test('every code of a rasterised sheet scans, and qpdf finds no fault', async () => {
  const [sheet = new Uint8Array()] = await impose(badges)
  const image = await inspect('pdftoppm', ['-r', '150', '-png'], sheet)
  const codes = (await inspect('zbarimg', ['--quiet', '--raw'], image)).toString().trim().split('\n')
  assert.deepEqual(codes.map((code) => code.at(-1)).sort(), ['0', '1', '2', '3', '4', '5', '6', '7'])
  assert.match((await inspect('qpdf', ['--check'], sheet)).toString(), /No syntax or stream encoding errors/)
})

test('cut marks are in the margin, and only if they are wanted', async () => {
  const [badge = new Uint8Array()] = badges
  const count = async (cutMarks: boolean) => {
    const [sheet = new Uint8Array()] = await impose([badge], 2, cutMarks)
    return (
      (await inspect('qpdf', ['--qdf', '--stream-data=uncompress'], sheet, ['-'])).toString('latin1').match(/^[\d.]+ [\d.]+ l$/gm)
        ?.length ?? 0
    )
  }
  assert.equal((await count(true)) - (await count(false)), 2 * 3 + 2 * 5)
})

test('a sheet is yielded before the next badge is read', async () => {
  let asked = 0
  const sheets = imposeSheets(
    (function* () {
      for (const badge of badges) {
        asked++
        yield badge
      }
    })(),
    sheetLayout.parse({ columns: 2 }),
  )
  await sheets.next()
  assert.equal(asked, 9)
  await sheets.return(undefined)
})

test('badges that do not fit side by side are refused with their size', async () => {
  await assert.rejects(impose(badges, 3), /3 pages of 90 × 65 mm do not fit side by side on A4/)
})
