import { say } from './words.ts'

/** A door pass, with its event, the door's label and language, whether it covers the list of guests, and its expiry. */
export interface DoorPass {
  eventId: number
  label: string
  locale: string | null
  guestList: boolean
  expiresAt: Date
  pass: string
}

const key = 'door:pass'

/** Moves the pass from the URL, where people could read it, into storage; otherwise reads the stored one. */
export function takeDoorPass(): DoorPass | null {
  const fromAddress = readPassLink(location.href)
  if (fromAddress) {
    localStorage.setItem(key, location.href)
    history.replaceState(null, '', location.pathname)
  }
  return fromAddress ?? readPassLink(localStorage.getItem(key) ?? '')
}

/** Stores the pass of a pasted link; returns false if it is not a door pass link. */
export function keepPassLink(link: string): boolean {
  if (!readPassLink(link)) return false
  localStorage.setItem(key, link.trim())
  return true
}

/** Deletes the stored pass, but not the scans made with it. */
export function forgetDoorPass(): void {
  localStorage.removeItem(key)
}

/** Parses the fragment of a door pass link; null if it is incomplete. */
function readPassLink(link: string): DoorPass | null {
  const fields = new URLSearchParams(link.trim().split('#')[1] ?? '')
  const eventId = Number(fields.get('event'))
  const expiresAt = new Date(fields.get('expires') ?? '')
  const pass = fields.get('pass')
  if (!pass || !Number.isSafeInteger(eventId) || eventId < 1 || Number.isNaN(expiresAt.getTime())) return null
  return {
    eventId,
    label: fields.get('label') || say('door'),
    locale: fields.get('locale'),
    guestList: fields.get('guests') === '1',
    expiresAt,
    pass,
  }
}
