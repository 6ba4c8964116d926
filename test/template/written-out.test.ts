import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileTemplate } from '../../functions/template/compile.ts'

const event = { startsAt: '2027-06-12T07:00:00.000Z', endsAt: '2027-06-12T16:00:00.000Z', timezone: 'Europe/Paris', locale: 'fr' }

function fill(source: string, values: object): string {
  return compileTemplate(source)
    .fill({ ...event, ...values })
    .replaceAll(/[\u00A0\u2009\u202F]/g, ' ')
}

test('an event of one day in its zone has its date once and its times beside it', () => {
  const when = '{{oneDayDate}}; {{oneDayTimes}}'
  assert.equal(fill(when, {}), 'samedi 12 juin 2027; 09:00 – 18:00')
  assert.equal(fill(when, { endsAt: undefined }), 'samedi 12 juin 2027; 09:00')
  assert.equal(fill(when, { startsAt: '2027-06-12', endsAt: '2027-06-12' }), 'samedi 12 juin 2027; ')
  assert.equal(fill(when, { startsAt: '2027-06-12T09:30', endsAt: '2027-06-12T11:00' }), 'samedi 12 juin 2027; 09:30 – 11:00')
})

test('one that is on two days there, ends before it begins, or has no time is none', () => {
  const when = '[{{oneDayDate}}{{oneDayTimes}}]'
  for (const other of [
    { timezone: 'Asia/Tokyo' },
    { endsAt: '2027-06-11T16:00:00Z' },
    { startsAt: undefined },
    { startsAt: 'Saturday' },
    { endsAt: 'late' },
  ])
    assert.equal(fill(when, other), '[]', JSON.stringify(other))
})

test('no column of a guest’s replaces the event’s day or the name they are registered by', () => {
  assert.equal(fill('{{oneDayDate}}', { oneDayDate: 'Sunday' }), 'samedi 12 juin 2027')
  assert.equal(fill('{{fullName}}', { fullName: 'Dr Zoé Lefèvre', firstName: 'Zoé', lastName: 'Lefèvre' }), 'Zoé Lefèvre')
  assert.equal(fill('{{fullName}}', { fullName: 'Dr Zoé Lefèvre' }), 'Dr Zoé Lefèvre')
})

test('a price is written with its currency, and words as they stand', () => {
  assert.equal(fill('{{priceText}}', { price: 0, currency: 'EUR' }), '0,00 €')
  assert.equal(fill('{{priceText}}', { price: '49.9', currency: 'EUR' }), '49,90 €')
  assert.equal(fill('{{priceText}}', { price: '49.9' }), '49.9')
  assert.equal(fill('{{priceText}}', { price: 'Gratuit', currency: 'EUR' }), 'Gratuit')
  assert.equal(fill('[{{priceText}}]', { currency: 'EUR' }), '[]')
})

test('a template that writes them out needs what they are made of', () => {
  assert.deepEqual(compileTemplate('{{fullName}} {{oneDayDate}} {{priceText}}').required.sort(), [
    'firstName',
    'lastName',
    'price',
    'startsAt',
  ])
})
