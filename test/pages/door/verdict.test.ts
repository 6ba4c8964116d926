import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alreadyIn, reasonMessage } from '../../../functions/pages/door/verdict.ts'
import { eventNotice } from '../../../functions/pages/door/view.ts'

const ago = (seconds: number) => new Date(Date.now() - seconds * 1000)

test('a ticket that this device read within 30 seconds is a warning, and any other used ticket a refusal', () => {
  const entry = { at: ago(5), place: 'North gate', count: 1 }
  assert.equal(alreadyIn({ ...entry, readHereAt: ago(29) }).kind, 'repeated')
  assert.equal(alreadyIn({ ...entry, readHereAt: ago(31) }).kind, 'refused')
  assert.equal(alreadyIn({ ...entry, readHereAt: null }).kind, 'refused')
})

test('a reason that the page does not know names its code instead of a sentence of the service', () => {
  assert.deepEqual(reasonMessage('NEW_CODE'), { word: 'service_refused', values: { code: 'NEW_CODE' } })
  assert.deepEqual(reasonMessage('constructor'), { word: 'service_refused', values: { code: 'constructor' } })
})

test('an event says that it is over or far away, and is silent in between', () => {
  const event = { title: 'Gala', startsAt: '2026-06-12T18:00:00Z', endsAt: '2026-06-12T23:00:00Z' }
  const wordAt = (time: string, end = event.endsAt as string | null) =>
    eventNotice({ ...event, endsAt: end }, new Date(time))?.word
  assert.equal(wordAt('2026-06-12T05:59:00Z'), 'event_far')
  assert.equal(wordAt('2026-06-12T06:01:00Z'), undefined)
  assert.equal(wordAt('2026-06-12T22:59:00Z'), undefined)
  assert.equal(wordAt('2026-06-12T23:00:00Z'), 'event_over')
  assert.equal(wordAt('2026-06-13T17:59:00Z', null), undefined)
  assert.equal(wordAt('2026-06-13T18:01:00Z', null), 'event_over')
  assert.equal(eventNotice({ startsAt: null, endsAt: null }), null)
})
