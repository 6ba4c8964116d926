import type { Door } from './admission.ts'
import { openCamera } from './camera-panel.ts'
import { forgetPastEvents, openDoorMemory } from './door-memory.ts'
import { type DoorPass, forgetDoorPass, keepPassLink, takeDoorPass } from './door-pass.ts'
import { find } from './find.ts'
import { expiredPass, makePageController } from './page-controller.ts'
import { listenToScanner } from './scanner-keys.ts'
import { callService, type Service } from './service-calls.ts'
import * as view from './view.ts'

const refreshSeconds = 60
const tickSeconds = 5

const pass = takeDoorPass()
if (!pass) view.showNoPass()
else if (pass.expiresAt <= new Date()) endPass(pass, expiredPass)
else openDoor(pass)
forgetPastEvents(new Date())

find('pass-form', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault()
  if (keepPassLink(find('pass-link', HTMLInputElement).value)) location.reload()
  else find('pass-problem', HTMLElement).textContent = 'This is not a door pass link. Paste the complete link that you were sent.'
})
navigator.serviceWorker?.register('door/service-worker.js', { scope: 'door' }).catch((error) => console.error(error))
// A pass may be opened in a page that is already open.
addEventListener('hashchange', () => location.reload())

/** Closes the door. Waiting scans and entries stay for the next pass; names are deleted immediately. */
function endPass({ eventId }: DoorPass, reason: string): void {
  forgetDoorPass()
  const memory = openDoorMemory(eventId)
  memory.forgetNames()
  forgetPastEvents(new Date())
  const waitingCount = memory.waiting().length
  const waiting = waitingCount > 0 ? ` ${waitingCount} scans on this device are uploaded then.` : ''
  const help = `${reason} Ask the organiser for a new link and open it on this device.${waiting}`
  view.showNoPass({ title: 'This door is closed', reason: help })
}

function openDoor(pass: DoorPass): void {
  const closing = new AbortController()
  const door: Door = { pass, service: callService(pass), memory: openDoorMemory(pass.eventId) }
  door.memory.keepUntil(pass.expiresAt)
  const controller = makePageController(door, (reason) => {
    closing.abort()
    endPass(pass, reason)
  })
  view.showDoor(pass)
  openEntry(controller.admit)
  listenToScanner(controller.admit, closing.signal)
  openCamera(controller.admit, closing.signal)
  openSound(door)
  find('undo', HTMLButtonElement).addEventListener('click', controller.undo)
  find('next', HTMLButtonElement).addEventListener('click', view.clearVerdict)
  addEventListener('online', controller.sync, closing)
  addEventListener('offline', controller.sync, closing)
  syncRegularly(door.service, controller.sync, closing.signal)
}

/** Syncs every minute, and sooner while offline: browsers do not always notice a restored network. */
function syncRegularly(service: Service, sync: () => Promise<void>, closed: AbortSignal): void {
  let dueAt = 0
  const tick = () => {
    if (service.isReachable() && performance.now() < dueAt) return
    dueAt = performance.now() + refreshSeconds * 1000
    sync()
  }
  const clock = setInterval(tick, tickSeconds * 1000)
  closed.addEventListener('abort', () => clearInterval(clock))
  tick()
}

function openEntry(admit: (text: string) => void): void {
  const input = find('code', HTMLInputElement)
  find('entry', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault()
    admit(input.value)
    input.value = ''
  })
  // On a phone, focus would open the keyboard.
  if (matchMedia('(pointer: fine)').matches) input.focus()
}

function openSound({ memory }: Door): void {
  const button = find('sound', HTMLButtonElement)
  const show = () => button.setAttribute('aria-pressed', String(memory.read('sound', true)))
  button.addEventListener('click', () => {
    memory.keep('sound', !memory.read('sound', true))
    show()
  })
  show()
}
