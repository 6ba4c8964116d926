import type { Door } from './admission.ts'
import { openCamera } from './camera-panel.ts'
import { applyTheme, followDeviceTheme } from './device-settings.ts'
import { forgetPastEvents, openDoorMemory } from './door-memory.ts'
import { type DoorPass, forgetDoorPass, keepPassLink, takeDoorPass } from './door-pass.ts'
import { openExitSwitch } from './exit-switch.ts'
import { find } from './find.ts'
import { deleteGuests, openGuests } from './guest-list.ts'
import { openGuestSearch } from './guest-search.ts'
import { makePageController } from './page-controller.ts'
import { listenToScanner } from './scanner-keys.ts'
import { callService, type Service } from './service-calls.ts'
import { openSettings, showLanguage } from './settings-panel.ts'
import { clearVerdict } from './verdict-view.ts'
import * as view from './view.ts'
import { type Word, write } from './words.ts'

const refreshSeconds = 60
const tickSeconds = 5

document.querySelector('noscript')?.remove()
applyTheme()
followDeviceTheme()
showLanguage(null)
const pass = takeDoorPass()
showLanguage(pass)
openSettings(pass)
if (!pass) view.showNoPass()
else if (pass.expiresAt <= new Date()) endPass(pass, 'pass_expired')
else openDoor(pass)
if (!pass?.guestList) deleteGuests()
forgetPastEvents(new Date())

find('pass-form', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault()
  if (keepPassLink(find('pass-link', HTMLInputElement).value)) location.reload()
  else write(find('pass-problem', HTMLElement), 'pass_link_wrong')
})
navigator.serviceWorker?.register('door/service-worker.js', { scope: 'door' }).catch((error) => console.error(error))
// A pass may be opened in a page that is already open.
addEventListener('hashchange', () => location.reload())

/** Closes the door. Waiting scans and entries stay for the next pass; names are deleted immediately. */
function endPass({ eventId }: DoorPass, reason: Word): void {
  forgetDoorPass()
  deleteGuests()
  const memory = openDoorMemory(eventId)
  memory.forgetNames()
  forgetPastEvents(new Date())
  view.showNoPass({ reason, waitingCount: memory.waiting().length })
}

function openDoor(pass: DoorPass): void {
  const closing = new AbortController()
  const memory = openDoorMemory(pass.eventId, localStorage, { storesNames: pass.guestList })
  const door: Door = { pass, service: callService(pass, memory.learnClock), memory, guests: null }
  memory.keepUntil(pass.expiresAt)
  if (!pass.guestList) memory.dropStoredNames()
  const controller = makePageController(door, (reason) => {
    closing.abort()
    endPass(pass, reason)
  })
  view.showDoor()
  view.showPlace(pass, memory.event())
  openEntry(controller.admit)
  listenToScanner(controller.admit, closing.signal)
  openCamera(controller.admit, closing.signal)
  openExitSwitch(door)
  if (pass.guestList) openGuestSearch(door, controller.admitGuest)
  find('undo', HTMLButtonElement).addEventListener('click', controller.undo)
  find('next', HTMLButtonElement).addEventListener('click', clearVerdict)
  addEventListener('online', controller.sync, closing)
  addEventListener('offline', controller.sync, closing)
  syncRegularly(door.service, controller.sync, closing.signal)
  if (pass.guestList) startGuests(door, controller.sync)
}

/** Opens the stored list of guests and fetches its changes. Without storage, as in a private window, the service finds names. */
function startGuests(door: Door, sync: () => Promise<void>): void {
  openGuests(door.pass.eventId).then(
    (guests) => {
      door.guests = guests
      sync()
    },
    (error) => console.error(error),
  )
}

/** Syncs every minute, and more often while offline, since browsers do not always notice a restored network. */
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
  const hasKeyboard = matchMedia('(pointer: fine)').matches
  find('entry', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault()
    if (input.value.trim()) admit(input.value)
    input.value = ''
    // A phone's keyboard would cover the verdict.
    if (!hasKeyboard) input.blur()
  })
  // On a phone, focus would open the keyboard.
  if (hasKeyboard) input.focus()
}
