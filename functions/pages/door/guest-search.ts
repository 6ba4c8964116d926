import type { ListedGuest } from '../../trust/guest-list.ts'
import type { Door } from './admission.ts'
import { find } from './find.ts'
import { lastPassage, refusalOf } from './passages.ts'
import { reasonMessage } from './verdict.ts'
import { said, text } from './verdict-view.ts'
import { type Message, type Word, write } from './words.ts'

const maxFound = 20
const askAfterMs = 250

/** Lets the staff find a guest by name, and passes the chosen one to `admit`. */
export function openGuestSearch(door: Door, admit: (guest: ListedGuest) => void): void {
  const dialog = find('guest-search', HTMLDialogElement)
  const input = find('guest-query', HTMLInputElement)
  const open = find('find-guest', HTMLButtonElement)
  let latest = 0
  let asking: ReturnType<typeof setTimeout> | undefined
  const choose = (guest: ListedGuest) => {
    dialog.close()
    admit(guest)
  }
  const search = () => {
    const query = input.value.trim()
    const current = ++latest
    clearTimeout(asking)
    const listed = door.guests?.find(query, maxFound) ?? { found: [], count: 0 }
    showFound(door, listed.found, choose)
    showCount(door, { query, count: listed.count })
    if (query.length < 2 || !door.service.isReachable()) return
    asking = setTimeout(async () => {
      const found = await askService(door, query)
      if (!found || current !== latest) return
      showFound(door, found, choose)
      showCount(door, { query, count: Math.max(found.length, listed.count) })
    }, askAfterMs)
  }
  open.hidden = false
  open.addEventListener('click', () => {
    input.value = ''
    search()
    dialog.showModal()
  })
  input.addEventListener('input', search)
  dialog.addEventListener('close', () => {
    // Removes the names from the page, and drops an answer that is still on its way.
    input.value = ''
    search()
  })
}

/** Asks the service, which also searches e-mail addresses and codes; undefined if it does not answer. */
async function askService({ service }: Door, query: string): Promise<ListedGuest[] | undefined> {
  const found = await service.findGuests(query).catch((error) => console.error(error))
  return found?.map(({ ticketId, firstName, lastName, ticketType, reason, checkedIn, inside, entryCount }) => ({
    ...{ ticketId, firstName, lastName, inside, entryCount },
    digest: '',
    state: reason === 'revoked' || reason === 'superseded' ? reason : 'valid',
    ticketType: ticketType ?? undefined,
    checkedInAt: checkedIn?.at,
    place: checkedIn?.gate ?? checkedIn?.device ?? undefined,
  }))
}

function showFound(door: Door, guests: ListedGuest[], choose: (guest: ListedGuest) => void): void {
  find('guests-found', HTMLElement).replaceChildren(
    ...guests.map((guest) => {
      const item = document.createElement('li')
      const about = document.createElement('div')
      const name = text('strong', '', `${guest.firstName ?? ''} ${guest.lastName ?? ''}`.trim())
      name.dir = 'auto'
      const state = stateOf(door, guest)
      about.append(
        name,
        ...(guest.ticketType ? [text('span', '', guest.ticketType)] : []),
        ...state.lines.map((line) => said('span', '', line)),
      )
      item.append(about, ...(state.isGood ? [buttonFor(door, () => choose(guest))] : []))
      return item
    }),
  )
}

function buttonFor({ memory }: Door, act: () => void): HTMLButtonElement {
  const button = document.createElement('button')
  button.type = 'button'
  write(button, memory.direction() === 'in' ? 'let_guest_in' : 'let_guest_out')
  button.addEventListener('click', act, { once: true })
  return button
}

/** Describes the state of a guest's ticket, and whether the guest may pass now. */
function stateOf(door: Door, guest: ListedGuest): { lines: Message[]; isGood: boolean } {
  if (guest.state !== 'valid') return { lines: [reasonMessage(guest.state)], isGood: false }
  const last = lastPassage(door, '', guest)
  const refusal = refusalOf(door.memory, door.memory.direction(), last)
  const entered: Message[] =
    last?.direction === 'in' ? [{ word: 'entered_at', values: { time: { at: last.at }, ago: { ago: last.at } } }] : []
  return { lines: refusal === 'not_inside' ? [reasonMessage(refusal)] : entered, isGood: !refusal }
}

function showCount({ guests, memory }: Door, { query, count }: { query: string; count: number }): void {
  const shown: Message | Word = query.length < 2 ? 'guest_hint' : { word: 'guests_found', values: { count } }
  write(find('guests-count', HTMLElement), shown)
  const listedAt = guests?.syncedAt()
  const deviceTime = listedAt && new Date(listedAt.getTime() - (memory.clockOffsetMs() ?? 0)).toISOString()
  write(find('guests-age', HTMLElement), deviceTime ? { word: 'guests_listed', values: { ago: { ago: deviceTime } } } : null)
}
