import { epochSeconds } from './byte-writing.ts'
import { isSame, signText } from './link-signature.ts'

/** The facts in a door pass: its door, its event and its expiry. */
export interface DoorPass {
  doorId: number
  eventId: number
  expiresAt: Date
}

/** What the door page reads from its link; the service reads the pass alone. */
export interface DoorPageFacts {
  label: string
  guestList?: boolean
  locale?: string | undefined
}

/** Makes and checks door passes, and the links that open the door page with one. */
export type DoorPasses = ReturnType<typeof makeDoorPasses>

/**
 * Makes the maker and checker of passes. A pass is `<door id>.<event id>.<expiry in seconds>.<signature>`,
 * signed with HMAC-SHA256 over `door:` and the three numbers joined by `:`, in base64url.
 */
export function makeDoorPasses({ secret, publicUrl }: { secret: Buffer; publicUrl: string }) {
  const signatureOf = (numbers: string[]) => signText(secret, ['door', ...numbers].join(':'))
  const make = ({ doorId, eventId, expiresAt }: DoorPass) => {
    const numbers = [doorId, eventId, epochSeconds(expiresAt)].map(String)
    return [...numbers, signatureOf(numbers)].join('.')
  }
  return {
    /** Makes a pass: equal facts give equal passes. Times have whole seconds. */
    make,
    /** Makes the link to the door page. The pass is in its fragment, which no server sees or logs. */
    link(pass: DoorPass, { label, guestList, locale }: DoorPageFacts) {
      const { eventId, expiresAt } = pass
      const parts = {
        ...{ event: String(eventId), label, expires: expiresAt.toISOString() },
        ...(locale ? { locale } : {}),
        ...(guestList ? { guests: '1' } : {}),
        pass: make(pass),
      }
      return `${publicUrl.replace(/\/+$/, '')}/door#${new URLSearchParams(parts)}`
    },
    /** Reads a pass; undefined unless this service made it and it has not expired. */
    read(pass: string): DoorPass | undefined {
      const [, doorId = '', eventId = '', expires = '', signature = ''] =
        /^([0-9]{1,16})\.([0-9]{1,16})\.([0-9]{1,12})\.([\w-]{43})$/.exec(pass) ?? []
      if (!isSame(signature, signatureOf([doorId, eventId, expires]))) return undefined
      const expiresAt = new Date(Number(expires) * 1000)
      return expiresAt.getTime() > Date.now() ? { doorId: Number(doorId), eventId: Number(eventId), expiresAt } : undefined
    },
  }
}
