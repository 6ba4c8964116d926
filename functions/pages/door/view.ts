import type { Concern } from './door-memory.ts'
import type { DoorPass } from './door-pass.ts'
import { find } from './find.ts'
import type { Verdict } from './verdict.ts'

const signs: Record<Verdict['kind'], string> = {
  admitted: 'M14 34 27 47 51 19',
  refused: 'M18 18 46 46M46 18 18 46',
  unsure: 'M22 24a10 10 0 1 1 14 9c-3 1.500-4 3-4 7M32 49v.5',
}
const maxRecent = 8

/** Shows the door's label, event and expiry. */
export function showDoor({ label, eventId, expiresAt }: DoorPass): void {
  find('label', HTMLElement).textContent = label
  const until = expiresAt.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' })
  find('event', HTMLElement).textContent = `Event ${eventId} · door pass valid until ${until}`
  document.title = `Door: ${label}`
  find('no-pass', HTMLElement).hidden = true
  find('door', HTMLElement).hidden = false
}

/** Replaces the door with the form for a pass, and says why there is none. */
export function showNoPass(problem?: { title: string; reason: string }): void {
  find('door', HTMLElement).hidden = true
  find('network', HTMLElement).hidden = true
  find('no-pass', HTMLElement).hidden = false
  if (!problem) return
  find('no-pass-title', HTMLElement).textContent = problem.title
  find('no-pass-reason', HTMLElement).textContent = problem.reason
}

/** Shows a verdict and adds it to the last scans. With `letIn`, a button admits the guest anyway. */
export function showVerdict(verdict: Verdict, letIn?: () => void): void {
  find('stage', HTMLElement).dataset.kind = verdict.kind
  find('verdict', HTMLElement).replaceChildren(
    sign(verdict.kind),
    text('p', 'headline', verdict.headline),
    text('p', 'name', verdict.name),
    text('p', 'type', verdict.ticketType),
    text('p', 'reason', verdict.reason),
    text('p', 'code', verdict.ticketCode),
    text('p', 'offline', verdict.isOffline ? 'Checked offline' : ''),
  )
  find('verdict-actions', HTMLElement).hidden = false
  const button = find('let-in', HTMLButtonElement)
  if (!letIn && document.activeElement === button) find('next', HTMLButtonElement).focus()
  button.hidden = !letIn
  // A second tap before the first one is handled would count the guest twice.
  button.onclick = () => {
    button.onclick = null
    letIn?.()
  }
  addRecent(verdict)
}

/** Clears the stage for the next guest. */
export function clearVerdict(): void {
  const stage = find('stage', HTMLElement)
  const hadFocus = find('verdict-actions', HTMLElement).contains(document.activeElement)
  stage.dataset.kind = 'idle'
  find('verdict', HTMLElement).replaceChildren()
  find('verdict-actions', HTMLElement).hidden = true
  // Focusing the code field would open a phone's keyboard.
  if (hadFocus) stage.focus()
}

/** Shows how many guests were admitted and refused, and how many scans wait for upload. */
export function showCounts(counts: { admitted: number; refused: number; waiting: number }): void {
  find('admitted', HTMLElement).textContent = String(counts.admitted)
  find('refused', HTMLElement).textContent = String(counts.refused)
  find('waiting', HTMLElement).textContent = String(counts.waiting)
}

/** Shows whether the service is reachable. */
export function showNetwork(isOnline: boolean): void {
  const network = find('network', HTMLElement)
  network.hidden = false
  network.dataset.online = String(isOnline)
  const status = isOnline ? 'Online' : 'Offline'
  if (network.textContent !== status) network.textContent = status
}

/** Offers to undo the last admission, naming the guest; null disables the button. */
export function showUndo(who: string | null): void {
  const undo = find('undo', HTMLButtonElement)
  undo.disabled = who === null
  undo.title = who ? `Undo: ${who}` : ''
}

/** Replaces the note below the stage. */
export function showNote(note: string): void {
  find('note', HTMLElement).textContent = note
}

/** Lists the concerns that staff should look into. */
export function showConcerns(concerns: Concern[]): void {
  const section = find('attention', HTMLElement)
  section.hidden = concerns.length === 0
  section.querySelector('ul')?.replaceChildren(
    ...concerns.map(({ title, lines }) => {
      const item = text('li', '', '')
      item.append(text('strong', '', title), ...lines.map((line) => text('span', '', line)))
      return item
    }),
  )
}

function addRecent({ kind, headline, name, ticketCode, reason }: Verdict): void {
  const section = find('recent', HTMLElement)
  const list = section.querySelector('ol')
  const item = text('li', kind, '')
  const time = new Date().toLocaleTimeString('en-GB')
  item.append(text('span', 'said', headline), text('span', 'who', name || ticketCode || reason), text('time', '', time))
  list?.prepend(item)
  while (list && list.children.length > maxRecent) list.lastElementChild?.remove()
  section.hidden = false
}

function text(tag: string, className: string, content: string): HTMLElement {
  const element = document.createElement(tag)
  if (className) element.className = className
  element.textContent = content
  return element
}

function sign(kind: Verdict['kind']): SVGElement {
  const namespace = 'http://www.w3.org/2000/svg'
  const drawing = document.createElementNS(namespace, 'svg')
  drawing.setAttribute('viewBox', '0 0 64 64')
  drawing.setAttribute('aria-hidden', 'true')
  const path = document.createElementNS(namespace, 'path')
  path.setAttribute('d', signs[kind])
  drawing.append(path)
  return drawing
}
