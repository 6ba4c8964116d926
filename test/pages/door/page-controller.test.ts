import assert from 'node:assert/strict'
import { afterEach, beforeEach, mock, test } from 'node:test'
import type { Door } from '../../../functions/pages/door/admission.ts'
import { openDoorMemory } from '../../../functions/pages/door/door-memory.ts'
import { makePageController } from '../../../functions/pages/door/page-controller.ts'
import { NoResponseError, type Scan, type Service } from '../../../functions/pages/door/service-calls.ts'
import { openFakePage } from './fake-page.ts'
import { makeStorage } from './fake-storage.ts'

const element = openFakePage()
const pass = {
  eventId: 1,
  label: 'North gate',
  locale: null,
  guestList: false,
  expiresAt: new Date(Date.now() + 3_600_000),
  pass: '1.1.1.x',
}
const code = 'TC-2026-000000000001'

// A green verdict goes by itself after some seconds.
beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }))
afterEach(() => mock.timers.reset())

/** Makes a door whose service is out of reach, but for what is given. */
function makeDoor(answers: Partial<Service>): Door {
  const noAnswer = async () => {
    throw new NoResponseError('There is no network.')
  }
  const calls = ['validate', 'checkIn', 'undo', 'uploadScans', 'fetchRevocations', 'fetchKeys']
  const service = { isReachable: () => false, ...Object.fromEntries(calls.map((name) => [name, noAnswer])), ...answers }
  const memory = openDoorMemory(pass.eventId, makeStorage())
  memory.keep('sound', false)
  return { pass, service: service as unknown as Service, memory, guests: null }
}

/** Lets everything go on that waits for nothing but its turn. */
async function settle() {
  await new Promise((resolve) => setImmediate(resolve))
}

test('two quick taps on "Let in anyway" let one guest in', async () => {
  const door = makeDoor({})
  const controller = makePageController(door, assert.fail)
  controller.admit(code)
  await settle()
  assert.equal(element('let-in').hidden, false)
  element('let-in').click()
  element('let-in').click()
  await settle()
  assert.deepEqual([door.memory.counts(), door.memory.waiting().length], [{ admitted: 1, refused: 0 }, 1])
})

test('a scan that is being undone is not uploaded', async () => {
  const uploaded: Scan[] = []
  const asked = Promise.withResolvers<void>()
  const answer = Promise.withResolvers<Awaited<ReturnType<Service['validate']>>>()
  const door = makeDoor({
    validate: () => {
      asked.resolve()
      return answer.promise
    },
    uploadScans: async (scans) => {
      uploaded.push(...scans)
      throw new NoResponseError('There is no network.')
    },
  })
  const presented = { code }
  door.memory.addWaiting({
    scanId: 's-1',
    scannedAt: new Date().toISOString(),
    ...presented,
    ticketCode: code,
    wasSent: true,
    direction: 'in',
    clockOffsetMs: null,
  })
  door.memory.keepAdmission({
    ...{ id: 's-1', shown: presented, direction: 'in', name: 'Ada', ticketCode: code },
    ...{ ticketId: null, key: null, before: null },
  })
  const controller = makePageController(door, assert.fail)
  controller.undo()
  await asked.promise
  const caughtUp = controller.sync()
  await settle()
  answer.resolve({ valid: false, reason: 'unknown', ticket: null, guest: null, checkedIn: null } as never)
  await caughtUp
  assert.deepEqual([uploaded, door.memory.waiting()], [[], []])
})
