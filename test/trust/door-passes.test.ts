import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { makeDoorPasses } from '../../functions/trust/door-passes.ts'
import { makeGuestLinks } from '../../functions/trust/guest-links.ts'

const secret = Buffer.alloc(32, 7)
const doors = makeDoorPasses({ secret, publicUrl: 'https://tickets.example.com/stage/' })
const pass = { doorId: 12, eventId: 456, expiresAt: new Date('2099-06-14T18:00:00Z') }

test('a pass names its door, event and time, and the link has it where no server sees it', () => {
  assert.deepEqual(doors.read(doors.make(pass)), pass)
  const link = new URL(doors.link(pass, { label: 'North & East' }))
  assert.equal(link.origin + link.pathname, 'https://tickets.example.com/stage/door')
  assert.equal(link.search, '')
  assert.deepEqual(Object.fromEntries(new URLSearchParams(link.hash.slice(1))), {
    ...{ event: '456', label: 'North & East', expires: '2099-06-14T18:00:00.000Z', pass: doors.make(pass) },
  })
})

test('a pass is valid until it expires', () => {
  mock.timers.enable({ apis: ['Date'], now: pass.expiresAt.getTime() - 1 })
  const text = doors.make(pass)
  assert.ok(doors.read(text))
  mock.timers.setTime(pass.expiresAt.getTime())
  assert.equal(doors.read(text), undefined)
  mock.timers.reset()
})

test('the signature of a guest link is invalid for a door pass, although both use one secret', () => {
  const link = new URL(makeGuestLinks({ secret, publicUrl: 'https://tickets.example.com', lifetimeDays: 1 }).make('qr', 12))
  const { expires, signature } = Object.fromEntries(link.searchParams)
  assert.equal(doors.read(`12.456.${expires}.${signature}`), undefined)
})
