import { find } from './find.ts'
import type { Verdict } from './verdict.ts'
import { type Message, type Word, write } from './words.ts'

const signs: Record<Verdict['kind'], string> = {
  admitted: 'M14 34 27 47 51 19',
  refused: 'M18 18 46 46M46 18 18 46',
  unsure: 'M22 24a10 10 0 1 1 14 9c-3 1.500-4 3-4 7M32 49v.5',
  repeated: 'M50 32a18 18 0 1 1-6-13.500M46 8v12H34',
}
const maxRecent = 8
// Longer names are smaller, so that the whole verdict stays in view.
const longName = 28

/** A verdict to show, a notice to add, and the action that admits the guest anyway. */
export interface ShownVerdict {
  verdict: Verdict
  notice: Message | null
  letIn: (() => void) | undefined
}

/** Shows a verdict and adds it to the last scans. With `letIn`, a button admits the guest anyway. */
export function showVerdict({ verdict, notice, letIn }: ShownVerdict): void {
  find('stage', HTMLElement).dataset.kind = verdict.kind
  const name = text('p', verdict.name.length > longName ? 'name long' : 'name', verdict.name)
  // The name's own script decides its direction.
  name.dir = 'auto'
  find('verdict', HTMLElement).replaceChildren(
    sign(verdict.kind),
    said('p', 'headline', verdict.headline),
    ...(verdict.name ? [name] : []),
    ...(verdict.ticketType ? [text('p', 'type', verdict.ticketType)] : []),
    ...(verdict.reason && !isSaidByEntry(verdict) ? [said('p', 'reason', verdict.reason)] : []),
    ...(verdict.entry ? linesOf(verdict).map((line) => said('p', 'entry', line)) : []),
    ...(notice ? [said('p', 'notice', notice)] : []),
    ...(verdict.ticketCode ? [text('p', 'code', verdict.ticketCode)] : []),
    ...(verdict.isOffline ? [said('p', 'offline', 'checked_offline')] : []),
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

/** Makes an element with a translated text. */
export function said(tag: string, className: string, message: Word | Message): HTMLElement {
  const element = text(tag, className, '')
  write(element, message)
  return element
}

/** Makes an element with an untranslated text. */
export function text(tag: string, className: string, content: string): HTMLElement {
  const element = document.createElement(tag)
  if (className) element.className = className
  element.textContent = content
  return element
}

/** Checks whether the entry explains the refusal: "Entered at 19:42" already says that a ticket was used. */
function isSaidByEntry({ reason, entry }: Verdict): boolean {
  return reason?.word === 'checked_in' && entry?.at != null
}

/** Describes when, where and how often a ticket was used; for a double read, only when. */
function linesOf({ kind, entry }: Verdict): Message[] {
  const { at = null, place = '', count = 0 } = entry ?? {}
  const isToday = at?.toDateString() === new Date().toDateString()
  const time = at && { time: { at: at.toISOString() }, ago: { ago: at.toISOString() } }
  return [
    ...(time ? [{ word: isToday ? 'entered_at' : 'entered_on', values: time } as const] : []),
    ...(place && kind !== 'repeated' ? [{ word: 'entry_place', values: { place } } as const] : []),
    ...(count > 1 ? [{ word: 'entry_count', values: { count } } as const] : []),
  ]
}

function addRecent({ kind, headline, name, ticketCode, reason }: Verdict): void {
  const section = find('recent', HTMLElement)
  const list = section.querySelector('ol')
  const item = text('li', kind, '')
  const who = reason && !name && !ticketCode ? said('span', 'who', reason) : text('span', 'who', name || ticketCode)
  who.dir = 'auto'
  const time = said('time', '', { word: 'time', values: { time: { at: new Date().toISOString() } } })
  item.append(said('span', 'said', headline), who, time)
  list?.prepend(item)
  while (list && list.children.length > maxRecent) list.lastElementChild?.remove()
  section.hidden = false
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
