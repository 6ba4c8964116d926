import type { Concern } from './door-memory.ts'
import type { DoorPass } from './door-pass.ts'
import { find } from './find.ts'
import type { DoorEvent } from './service-calls.ts'
import { said } from './verdict-view.ts'
import { formatNumber, type Message, type Word, write } from './words.ts'

// A scan this long before the event begins probably has the wrong day.
const farHours = 12
// The assumed length of an event without an end.
const usualHours = 24

/** Replaces the form for a pass with the door. */
export function showDoor(): void {
  find('no-pass', HTMLElement).hidden = true
  for (const id of ['door', 'place']) find(id, HTMLElement).hidden = false
}

/**
 * Shows the event's title, the door's label and the expiry of its pass, unless the door is closed. Until the title is
 * known, the label takes its place.
 */
export function showPlace({ label, expiresAt }: DoorPass, event: DoorEvent | null): void {
  if (find('door', HTMLElement).hidden) return
  setText('event', event?.title ?? label)
  setText('title', event ? `${label} · ${event.title}` : label)
  const door = find('label', HTMLElement)
  door.textContent = label
  door.hidden = !event
  write(find('until', HTMLElement), { word: 'pass_ends', values: { time: { at: expiresAt.toISOString() } } })
  write(find('event-state', HTMLElement), eventNotice(event))
}

/** Returns a notice for an event that is over or far away; null for others. */
export function eventNotice(event: Pick<DoorEvent, 'startsAt' | 'endsAt'> | null, now = new Date()): Message | null {
  if (!event?.startsAt) return null
  const begin = Date.parse(event.startsAt)
  const end = event.endsAt ? Date.parse(event.endsAt) : begin + usualHours * 3_600_000
  if (end <= now.getTime()) return { word: 'event_over', values: { ago: { ago: new Date(end).toISOString() } } }
  const isFar = begin - now.getTime() > farHours * 3_600_000
  return isFar ? { word: 'event_far', values: { ago: { ago: event.startsAt } } } : null
}

/** Replaces the door with the form for a pass. Says why the door closed, and how many scans wait for the next pass. */
export function showNoPass(closed?: { reason: Word; waitingCount: number }): void {
  for (const id of ['door', 'place', 'network']) find(id, HTMLElement).hidden = true
  find('no-pass', HTMLElement).hidden = false
  for (const id of ['event', 'title']) write(find(id, HTMLElement), 'door')
  if (!closed) return
  const waiting: Message = { word: 'pass_waiting', values: { count: closed.waitingCount } }
  write(find('no-pass-title', HTMLElement), 'closed_title')
  write(find('no-pass-reason', HTMLElement), closed.reason)
  write(find('no-pass-help', HTMLElement), 'pass_new')
  write(find('no-pass-waiting', HTMLElement), closed.waitingCount > 0 ? waiting : null)
}

/** Shows how many guests were admitted and refused, and how many scans wait for upload. */
export function showCounts(counts: { admitted: number; refused: number; waiting: number }): void {
  for (const [id, count] of Object.entries(counts)) find(id, HTMLElement).textContent = formatNumber(count)
}

/** Shows whether the service is reachable. */
export function showNetwork(isOnline: boolean): void {
  const network = find('network', HTMLElement)
  network.hidden = false
  network.dataset.online = String(isOnline)
  write(network, isOnline ? 'online' : 'offline')
}

/** Offers to undo the last admission, naming the guest; null disables the button. */
export function showUndo(who: string | null): void {
  const undo = find('undo', HTMLButtonElement)
  undo.disabled = who === null
  write(undo, who ? { word: 'undo_of', values: { who } } : null, 'title')
}

/** Replaces the note below the stage. */
export function showNote(note: Word | Message | null): void {
  write(find('note', HTMLElement), note)
}

/** Lists the concerns that staff should look into, with a link to them. */
export function showConcerns(concerns: Concern[]): void {
  const section = find('attention', HTMLElement)
  const link = find('to-attention', HTMLElement)
  section.hidden = link.hidden = concerns.length === 0
  write(link, { word: 'attention_count', values: { count: concerns.length } })
  section.querySelector('ul')?.replaceChildren(
    ...concerns.map(({ title, name, lines }) => {
      const item = document.createElement('li')
      item.replaceChildren(
        said('strong', '', { ...title, values: { ...title.values, name } }),
        ...lines.map((line) => said('span', '', line)),
      )
      return item
    }),
  )
}

/** Sets a text that is not translated. */
function setText(id: string, text: string): void {
  const element = find(id, HTMLElement)
  delete element.dataset.word
  element.textContent = text
}
