import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PDFDocument, PDFName, type PDFRef } from '@cantoo/pdf-lib'
import { haveSameMarks } from '../../functions/pdf/same-marks.ts'

type Entries = Parameters<PDFDocument['context']['stream']>[1]

interface Page {
  content: string
  /** The content of the form /F, which may paint itself. */
  form?: string
  entries?: Entries
}

/** Writes a PDF of one page by hand: what Chromium writes is only some of what a page may hold. */
async function write({ content, form = '', entries = {} }: Page): Promise<Uint8Array> {
  const pdf = await PDFDocument.create()
  const { context } = pdf
  const self: PDFRef = context.nextRef()
  const font = context.obj({ Type: 'Font', Subtype: 'Type1', BaseFont: 'Helvetica' })
  const shading = context.obj({ ShadingType: 2, ColorSpace: 'DeviceGray', Coords: [0, 0, 1, 0] })
  const resources = context.obj({ XObject: { F: self }, Font: { T: font }, Shading: { S: shading } })
  const about = { Type: 'XObject', Subtype: 'Form', BBox: [0, 0, 100, 100], Resources: resources, ...entries }
  context.assign(self, context.stream(form, about))
  const page = pdf.addPage([100, 100])
  page.node.set(PDFName.of('Resources'), resources)
  page.node.set(PDFName.of('Contents'), context.register(context.stream(content)))
  return await pdf.save()
}

const areSame = async (one: Page, other: Page) => await haveSameMarks(await write(one), await write(other))
const text = (instructions: string): Page => ({ content: `BT /T 9 Tf ${instructions} ET` })

test('a form that paints itself is followed once', async () => {
  const page = { content: '/F Do', form: '0 0 9 9 re f /F Do' }
  assert.equal(await areSame(page, page), true)
  assert.equal(await areSame(page, { ...page, form: '0 0 9 9 re f' }), false)
})

for (const [name, long, short] of [
  [
    'TD sets the leading, T* follows it',
    '7 50 Td (a) Tj 0 -12 Td (b) Tj 0 -12 Td (c) Tj',
    '7 50 Td (a) Tj 0 -12 TD (b) Tj T* (c) Tj',
  ],
  ["' begins a line", '12 TL 7 50 Td T* (a) Tj', "12 TL 7 50 Td (a) '"],
  ['" sets the spacing and begins a line', '12 TL 7 50 Td 3 Tw 2 Tc T* (a) Tj', '12 TL 7 50 Td 3 2 (a) "'],
] as const) {
  test(`${name}, as what it stands for does`, async () => assert.equal(await areSame(text(long), text(short)), true))
}

for (const [name, one, other] of [
  ['lines that TD and T* set apart', text('0 -12 TD T* (a) Tj'), text('0 -14 TD T* (a) Tj')],
  [
    'a form in a smaller matrix',
    { entries: { Matrix: [0.001, 0, 0, 0.001, 0, 0] } },
    { entries: { Matrix: [0.004, 0, 0, 0.004, 0, 0] } },
  ],
  ['a form that is cut off by its box', {}, { entries: { BBox: [0, 0, 4000, 9] } }],
  ['a form in another colour that it takes from the page', { content: '1 0 0 rg /F Do' }, { content: '0 0 1 rg /F Do' }],
  ['a shading elsewhere', { content: '9 0 0 9 0 0 cm /S sh' }, { content: '9 0 0 9 40 0 cm /S sh' }],
] as const) {
  const form = '0 0 4000 4000 re f'
  test(`${name} has other marks`, async () =>
    assert.equal(await areSame({ content: '/F Do', form, ...one }, { content: '/F Do', form, ...other }), false))
}
