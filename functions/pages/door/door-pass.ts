/** Is the pass that this page works with: for which event, what the door is called, until when, and the pass itself. */
export interface DoorPass {
  eventId: number
  label: string
  expiresAt: Date
  pass: string
}

const key = 'door:pass'

/** Takes the pass out of the address, so that nobody reads it there, and keeps it; else gives the one that was kept, or null. */
export function takeDoorPass(): DoorPass | null {
  const fromAddress = readPassLink(location.href)
  if (fromAddress) {
    localStorage.setItem(key, location.href)
    history.replaceState(null, '', location.pathname)
  }
  return fromAddress ?? readPassLink(localStorage.getItem(key) ?? '')
}

/** Keeps the pass of a link that somebody pasted; gives false where it is no link to a door. */
export function keepPassLink(link: string): boolean {
  if (!readPassLink(link)) return false
  localStorage.setItem(key, link.trim())
  return true
}

/** Forgets the pass; what was scanned with it stays. */
export function forgetDoorPass(): void {
  localStorage.removeItem(key)
}

/** Reads a door pass link: what its fragment says. Gives null unless it says everything. */
function readPassLink(link: string): DoorPass | null {
  const fields = new URLSearchParams(link.trim().split('#')[1] ?? '')
  const eventId = Number(fields.get('event'))
  const expiresAt = new Date(fields.get('expires') ?? '')
  const pass = fields.get('pass')
  if (!pass || !Number.isSafeInteger(eventId) || eventId < 1 || Number.isNaN(expiresAt.getTime())) return null
  return { eventId, label: fields.get('label') || 'Door', expiresAt, pass }
}
