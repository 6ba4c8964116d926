import { createHmac, timingSafeEqual } from 'node:crypto'

/** What a door pass says of itself: which door it is for, of which event, and until when. */
export interface DoorPass {
  doorId: number
  eventId: number
  expiresAt: Date
}

/** What the door page reads in its link: the service knows it by the pass. */
export interface DoorPageFacts {
  label: string
  guestList?: boolean
  locale?: string | undefined
}

/** Makes and checks door passes, and the links that open the door page with one. */
export interface DoorPasses {
  /** Makes a pass: the same door gives the same pass. Times count in whole seconds. */
  make(pass: DoorPass): string
  /** Makes the link to the door page. The pass is in its fragment, which no server sees or logs. */
  link(pass: DoorPass, page: DoorPageFacts): string
  /** Reads a pass; undefined unless this service made it and it has not expired. */
  read(pass: string): DoorPass | undefined
}

/**
 * Makes the passes' maker and checker. A pass is `<door id>.<event id>.<expiry in seconds>.<signature>`,
 * signed with HMAC-SHA256 over `door:` and the three numbers joined by `:`, in base64url.
 */
export function makeDoorPasses({ secret, publicUrl }: { secret: Buffer; publicUrl: string }): DoorPasses {
  const signatureOf = (numbers: string[]) =>
    createHmac('sha256', secret)
      .update(['door', ...numbers].join(':'))
      .digest('base64url')
  const make = ({ doorId, eventId, expiresAt }: DoorPass) => {
    const numbers = [doorId, eventId, Math.floor(expiresAt.getTime() / 1000)].map(String)
    return [...numbers, signatureOf(numbers)].join('.')
  }
  return {
    make,
    link(pass, { label, guestList, locale }) {
      const { eventId, expiresAt } = pass
      const parts = {
        ...{ event: String(eventId), label, expires: expiresAt.toISOString() },
        ...(locale ? { locale } : {}),
        ...(guestList ? { guests: '1' } : {}),
        pass: make(pass),
      }
      return `${publicUrl.replace(/\/+$/, '')}/door#${new URLSearchParams(parts)}`
    },
    read(pass) {
      const [, doorId = '', eventId = '', expires = '', signature = ''] =
        /^([0-9]{1,16})\.([0-9]{1,16})\.([0-9]{1,12})\.([\w-]{43})$/.exec(pass) ?? []
      const expected = Buffer.from(signatureOf([doorId, eventId, expires]))
      const given = Buffer.from(signature)
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
      const expiresAt = new Date(Number(expires) * 1000)
      return expiresAt.getTime() > Date.now() ? { doorId: Number(doorId), eventId: Number(eventId), expiresAt } : undefined
    },
  }
}
