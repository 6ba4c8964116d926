import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { type TrialGuest, trialGuests } from '../../../functions/print/trial/trial-guests.ts'
import { trialPrint } from '../../../functions/print/trial/trial-print.ts'
import { compileTemplate } from '../../../functions/template/compile.ts'
import { printer } from '../../fixtures/printer.ts'

const ordinary = named('ordinary')

function named(...names: string[]): TrialGuest[] {
  return trialGuests.filter(({ name }) => names.includes(name))
}

/** Tries an A5 page and lists its problems: severity, code and guest. */
async function found(body: string, css = '', guests: readonly TrialGuest[] = ordinary): Promise<string[]> {
  const source = `<html lang="en"><head><title>t</title><style>@page { size: A5; margin: 0 } body { margin: 5mm; font-family: Inter }${css}</style></head><body>${body}</body></html>`
  const trial = await trialPrint(printer, compileTemplate(source), { maxFileSize: 1_000_000, guests, deadlineMs: 60_000 })
  return trial.problems.map(({ severity, code, guest }) => [severity, code, guest].join(' ').trim())
}

test('a good template has no problems', async () => {
  assert.deepEqual(await found('<h1>{{firstName}}</h1>{{qrCode}}'), [])
  assert.deepEqual(await found('<h1>{{firstName}}</h1><img src="{{qrCodeUrl}}" alt="QR code">'), [])
})

for (const [what, body, css] of [
  ['text that its box clips', '<p>{{eventName}}</p>{{qrCode}}', 'p { width: 20mm; overflow: hidden; white-space: nowrap }'],
  ['text that lies beside the page', '<p>{{eventName}}</p>{{qrCode}}', 'p { position: absolute; top: 100mm; left: -30mm }'],
] as const) {
  test(`${what} is an error for an ordinary guest and a warning for another`, async () => {
    assert.deepEqual(await found(body, css), ['error TEXT_CLIPPED ordinary'])
    assert.deepEqual(await found(body, css, named('Arabic')), ['warning LONG_TEXT_CLIPPED Arabic'])
  })
}

test('text only for screen readers, in a box of a pixel, does not count as clipped', async () => {
  assert.deepEqual(
    await found('<p>{{eventName}}</p>{{qrCode}}', 'p { position: absolute; width: 1px; height: 1px; overflow: hidden }'),
    [],
  )
})

const realScripts = named('ordinary', 'Vietnamese', 'Telugu and Burmese', 'Thai and Hindi')
const low = 'h1 { font-size: 22pt; line-height: 1.05; margin: 0 0 5mm }'

for (const [what, css] of [
  [
    'the box of its lines',
    `${low} h1 { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden }`,
  ],
  ['a box around it', `${low} header { overflow: clip }`],
  ['a contained box', `${low} header { contain: paint }`],
  ['a path', `${low} h1 { clip-path: inset(0) }`],
] as const)
  test(`ink that ${what} cuts off letters is an error for every script that people write, though all of the text shows`, async () => {
    const body = '<header><h1>{{eventName}}</h1></header>{{qrCode}}'
    assert.deepEqual(await found(body, css, realScripts), [
      'error INK_CUT Thai and Hindi',
      'error INK_CUT Telugu and Burmese',
      'error INK_CUT Vietnamese',
    ])
    assert.deepEqual(await found(body, css.replace('1.05', '2'), realScripts), [])
    assert.deepEqual(await found(body, `${css} h1 { padding: 5mm 0 }`, realScripts), [])
  })

test('ink that the edge of the paper cuts off is an error, unless the page has a margin', async () => {
  const css = `${low} body { margin: 0 } h1 { line-height: .9 }`
  const body = '<h1>{{firstName}}</h1>{{qrCode}}'
  const problems = await found(body, css, named('Vietnamese'))
  assert(problems.includes('error INK_CUT Vietnamese'), problems.join())
  const inside = await found(body, `${css} @page { margin: 10mm }`, named('Vietnamese'))
  assert(!inside.includes('error INK_CUT Vietnamese'), inside.join())
})

test('ink that is cut off emoji or piled-up marks is a warning', async () => {
  const css = `${low} h1 { line-height: .95; overflow: hidden }`
  assert.deepEqual(await found('<h1>{{lastName}}</h1>{{qrCode}}', css, named('combining marks')), [
    'warning ODD_INK_CUT combining marks',
  ])
})

test('lines that are cut on purpose, and text that is hidden, lose no ink', async () => {
  const clamp = `${low} h1 { line-height: 1.6; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 1; overflow: hidden }`
  assert.deepEqual(await found('<h1>{{eventName}} {{eventName}}</h1>{{qrCode}}', clamp, named('Vietnamese')), [
    'warning LONG_TEXT_CLIPPED Vietnamese',
  ])
  const hidden = 'h1 { position: absolute; width: 1px; height: 1px; overflow: hidden }'
  assert.deepEqual(await found('<h1>{{firstName}}</h1>{{qrCode}}', hidden, named('Vietnamese')), [])
})

for (const [what, css] of [
  ['tiny', 'svg { width: 5mm; height: 5mm }'],
  [
    'covered',
    'body::after { content: ""; position: absolute; top: 15mm; left: 5mm; width: 30mm; height: 30mm; background: #fff }',
  ],
  ['hidden', 'svg { display: none }'],
] as const) {
  test(`a code that is ${what} cannot be read from the print, which is an error`, async () => {
    assert.deepEqual(await found('<p>{{firstName}}</p>{{qrCode}}', css), ['error CODE_UNREADABLE ordinary'])
  })
}

test('a barcode counts as a code', async () => {
  assert.deepEqual(await found('{{barcode ticketCode}}', '.barcode { width: 100mm; height: 20mm }'), [])
})

test('a guest who needs more pages than the ordinary one is reported', async () => {
  const problems = await found(
    '<h1>{{eventName}}</h1>{{qrCode}}',
    'h1 { font-size: 60pt; margin: 0; overflow-wrap: anywhere }',
    named('ordinary', 'very long'),
  )
  assert(problems.includes('warning EXTRA_PAGES very long'), problems.join())
})

test('something wider than the page is reported, and such a template is printed alone', async () => {
  assert.deepEqual(await found('<div></div>{{qrCode}}', 'div { width: 900px; height: 1px }'), [
    'warning PRINT_SHRUNK ordinary',
    'warning PRINTED_ALONE',
  ])
})

test('letters that no font has are counted', async () => {
  assert.deepEqual(await found('<p>\u{12000}\u{12001}</p>{{qrCode}}'), ['warning MISSING_GLYPHS ordinary'])
})

test('data that a helper cannot take is an error with its guest', async () => {
  assert.deepEqual(await found('{{date firstName}}{{qrCode}}'), ['error CANNOT_FILL ordinary'])
})

test('structured data is not printed, and does not keep tickets from sharing a print', async () => {
  const data = '<script type="application/ld+json">{ "name": "{{firstName}} {{eventName}}" }</script>'
  assert.deepEqual(await found(`${data}<h1>{{firstName}}</h1>{{qrCode}}${data}`, '', named('ordinary', 'Arabic', 'emoji')), [])
})

test('a variable of a helper or an address needs no sample', async () => {
  const body = '{{money p c}} {{money amount}} {{date d "full"}} {{time e}} <img src="{{photo}}" alt=""> {{qrCode}}'
  assert.deepEqual(await found(body, '', trialGuests), [])
  const conditional = '{{#if p}}{{money p c}}{{/if}} {{#if d}}<b>{{date d}}</b>{{/if}} {{qrCode}}'
  assert.deepEqual(await found(conditional), [])
})

test('a problem that several guests have is reported once', async () => {
  assert.deepEqual(await found('{{date firstName}}{{qrCode}}', '', trialGuests), ['error CANNOT_FILL ordinary'])
  const tiny = await found('<p>{{ticketCode}}</p>{{qrCode}}', 'svg { width: 5mm; height: 5mm }', trialGuests)
  assert.deepEqual(tiny, ['error CODE_UNREADABLE ordinary'])
})

test('a file larger than allowed is an error', async () => {
  const source = '<html><body>{{qrCode}}</body></html>'
  const { problems } = await trialPrint(printer, compileTemplate(source), { maxFileSize: 1_000, guests: ordinary })
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['PDF_TOO_LARGE'],
  )
})

for (const name of ['classic', 'mobile', 'stub', 'festival', 'badge']) {
  test(`the built-in template ${name} has no errors with any of the hard guests, and shares its print`, async () => {
    const source = await readFile(new URL(`../../../templates/${name}/ticket.hbs`, import.meta.url), 'utf8')
    const trial = await trialPrint(printer, compileTemplate(source), { maxFileSize: 10_000_000, deadlineMs: 60_000 })
    assert.deepEqual(
      trial.problems.filter(({ code }) => code !== 'LONG_TEXT_CLIPPED'),
      [],
    )
    assert.equal(trial.pixelTrue, true)
    assert.equal(trial.pageCount, 1)
  })
}
