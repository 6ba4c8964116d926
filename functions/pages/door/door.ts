import type { Door } from './admission.ts'
import { openCamera } from './camera-panel.ts'
import { forgetPastEvents, openDoorMemory } from './door-memory.ts'
import { type DoorPass, forgetDoorPass, keepPassLink, takeDoorPass } from './door-pass.ts'
import { find } from './find.ts'
import { makePageController, pastItsTime } from './page-controller.ts'
import { callService, type Service } from './service-calls.ts'
import * as view from './view.ts'

const refreshSeconds = 60
const lookSeconds = 5

const pass = takeDoorPass()
if (!pass) view.showNoPass()
else if (pass.expiresAt <= new Date()) endPass(pass, pastItsTime)
else openDoor(pass)
forgetPastEvents(new Date())

find('pass-form', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault()
  if (keepPassLink(find('pass-link', HTMLInputElement).value)) location.reload()
  else find('pass-problem', HTMLElement).textContent = 'This is no door pass link: it has to hold all of the link you were sent.'
})
navigator.serviceWorker?.register('door/service-worker.js', { scope: 'door' }).catch((error) => console.error(error))
// A pass may come to a page that is open already.
addEventListener('hashchange', () => location.reload())

/**
 * Closes the door. What was scanned and waits for upload stays with the event, for the next pass to hand in, and so does who is in until the
 * pass would have ended; guests' names go at once.
 */
function endPass({ eventId }: DoorPass, reason: string): void {
  forgetDoorPass()
  const memory = openDoorMemory(eventId)
  memory.forgetNames()
  forgetPastEvents(new Date())
  const waitingCount = memory.waiting().length
  const waiting = waitingCount > 0 ? ` ${waitingCount} scans wait here until then.` : ''
  const help = `${reason} Ask the organiser for a new link, and open it on this device.${waiting}`
  view.showNoPass({ title: 'This door is closed', reason: help })
}

function openDoor(pass: DoorPass): void {
  const closing = new AbortController()
  const door: Door = { pass, service: callService(pass), memory: openDoorMemory(pass.eventId) }
  door.memory.keepUntil(pass.expiresAt)
  const desk = makePageController(door, (reason) => {
    closing.abort()
    endPass(pass, reason)
  })
  view.showDoor(pass)
  openEntry(desk.take)
  openCamera(desk.take, closing.signal)
  openSound(door)
  find('undo', HTMLButtonElement).addEventListener('click', desk.undo)
  find('next', HTMLButtonElement).addEventListener('click', view.clearVerdict)
  addEventListener('online', desk.catchUp, closing)
  addEventListener('offline', desk.catchUp, closing)
  keepUp(door.service, desk.catchUp, closing.signal)
}

/** Catches up with the service every minute, and soon where it is out of reach: browsers do not always notice a network that is back. */
function keepUp(service: Service, catchUp: () => Promise<void>, closed: AbortSignal): void {
  let dueAt = 0
  const look = () => {
    if (service.isReachable() && performance.now() < dueAt) return
    dueAt = performance.now() + refreshSeconds * 1000
    catchUp()
  }
  const clock = setInterval(look, lookSeconds * 1000)
  closed.addEventListener('abort', () => clearInterval(clock))
  look()
}

function openEntry(take: (text: string) => void): void {
  const input = find('code', HTMLInputElement)
  find('entry', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault()
    take(input.value)
    input.value = ''
  })
  // A scanner in the hand types; it needs the field, and on a phone a field with the focus opens the keyboard.
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
