import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { type BarcodeType, barcodeSvg } from '../../../functions/codes/barcode.ts'
import { templateHelpers } from '../../../functions/contract/template-language.ts'
import { compileTemplate } from '../../../functions/template/compile.ts'

const guide = await readFile(new URL('../../../docs/templates.md', import.meta.url), 'utf8')
const examples = Array.from(guide.matchAll(/^\| `(\{\{.+?)` \| `(.+?)` \|$/gm), ([, source = '', text = '']) => ({
  source,
  text,
}))
const parts = { labels: { fr: { cloakroom: 'Vestiaire' } }, assets: { logo: 'data:image/png;base64,iVBORw0KGgo=' } }
const guest = {
  ...{ startsAt: '2024-06-12T07:00:00.000Z', endsAt: '2024-06-12T16:00:00.000Z', firstName: 'Amélie' },
  ...{ timezone: 'Europe/Paris', locale: 'fr', price: '49.9', currency: 'EUR' },
  ...{ lastName: 'Lefèvre', email: 'Amelie@Example.com', ticketType: 'vip', seat: '4', ticketCode: 'TC-2024-7K3M9QX4WBZ2' },
  ...{ sessions: [{ title: 'Keynote' }, { title: 'Panel' }], address: { city: 'Paris' } },
}

function fill(source: string, variables: object = {}): string {
  return compileTemplate(source, parts)
    .fill({ ...guest, ...variables })
    .replaceAll(/[\u00A0\u2009\u202F]/g, ' ')
}

for (const { source, text } of examples)
  test(`the guide is right: ${source} gives ${text}`, () => assert.equal(fill(source), text))

test('the guide shows every helper', () => {
  for (const name of Object.keys(templateHelpers)) assert.match(guide, new RegExp(`\\{\\{#?${name} `), name)
})

test('a time follows the event’s zone, one without offset the event’s clock, and a date stays that day everywhere', () => {
  assert.equal(fill('{{time startsAt}}', { timezone: 'Asia/Tokyo' }), '16:00')
  assert.equal(fill('{{time startsAt}}', { startsAt: '2024-06-12T08:30' }), '08:30')
  assert.equal(fill('{{date startsAt}}', { startsAt: '2024-06-12', timezone: 'America/Los_Angeles' }), '12 juin 2024')
})

test('words follow the rules of the guest’s language', () => {
  assert.equal(fill('{{upper lastName}}', { lastName: 'istanbul', locale: 'tr' }), 'İSTANBUL')
  assert.equal(fill('{{label "seat"}}', { locale: 'pt-BR' }), 'Lugar')
  assert.equal(fill('{{label "seat"}}', { locale: 'fi' }), 'Seat')
})

test('inside a loop a helper still knows the ticket’s language and zone', () => {
  assert.equal(
    fill('{{#each sessions}}{{time this.at}} {{/each}}', { sessions: [{ at: '2024-06-12T07:00:00Z', locale: 'x' }] }),
    '09:00 ',
  )
})

test('an amount keeps every digit that it is written with', () => {
  assert.equal(
    fill('{{money price currency}}', { price: '12345678901234567890.12', locale: 'en' }),
    '€12,345,678,901,234,567,890.12',
  )
  assert.equal(fill('{{money price currency}}', { price: 0, locale: 'en' }), '€0.00')
})

test('an absent value is empty', () => {
  assert.equal(fill('[{{date a}}{{time a}}{{money a "EUR"}}{{upper a}}{{lower a}}{{barcode a}}]'), '[]')
})

for (const [source, variables, problem] of [
  ['{{date startsAt}}', { startsAt: 'tomorrow' }, /startsAt: "tomorrow" is not a time like/],
  ['{{time startsAt}}', { startsAt: '2024-06-12' }, /has no time of day/],
  ['{{date startsAt}}', { startsAt: '2023-02-29' }, /"2023-02-29" is not a time like/],
  ['{{date startsAt}}', { startsAt: '2024-02-30T09:00:00Z' }, /"2024-02-30T09:00:00Z" is not a time like/],
  ['{{time startsAt}}', { startsAt: '2024-02-12T24:00' }, /is not a time like/],
  ['{{time startsAt}}', { startsAt: '2024-02-12T23:60Z' }, /is not a time like/],
  ['{{date startsAt}}', { startsAt: 20240212 }, /is not a time like/],
  ['{{money price currency}}', { price: true }, /true is not an amount/],
  ['{{money price currency}}', { price: '0x10' }, /"0x10" is not an amount/],
  ['{{money price currency}}', { price: '1e3' }, /"1e3" is not an amount/],
  ['{{money price currency}}', { price: ' ' }, /" " is not an amount/],
  ['{{money price currency}}', { price: '49,90' }, /"49,90" is not an amount/],
  ['{{money price currency}}', { price: 'free' }, /price: "free" is not an amount/],
  ['{{money price currency}}', { currency: '€' }, /"€" is not a currency/],
] as const) {
  test(`${source} of ${JSON.stringify(variables)} says what is wrong`, () =>
    assert.throws(() => fill(source, variables), problem))
}

for (const type of ['code128', 'pdf417', 'aztec', 'datamatrix'] satisfies BarcodeType[]) {
  test(`a barcode of type ${type} is a drawing with a description that no text can leave`, () => {
    const svg = barcodeSvg('TC-2024-7K3M9QX4WBZ2', { type, alt: '"><script>' })
    assert.match(svg, /^<svg class="barcode" role="img" aria-label="&quot;>&lt;script>" /)
  })
}

test('an asset that is not base64 never reaches a ticket', () => {
  const template = compileTemplate('{{asset "a"}}', { assets: { a: 'data:image/png;base64,"><b>' } })
  assert.throws(() => template.fill({}), /not a data: URL/)
})

test('loops within loops are cut off by their turns and by what they put out', () => {
  const list = Array.from({ length: 100 }, () => 'x'.repeat(1000))
  const nested = '{{#each list}}{{#each ../list}}{{#each ../../list}}.{{/each}}{{/each}}{{/each}}'
  assert.throws(() => fill(nested, { list }), /more than 10000 turns/)
  assert.throws(
    () => fill('{{#each list}}{{#each ../list}}{{this}}{{/each}}{{/each}}', { list }),
    /output more than|has \d+ bytes/,
  )
})
