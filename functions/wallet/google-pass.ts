import { importPKCS8, SignJWT } from 'jose'
import type { PassFact, PassTicket } from './pass-ticket.ts'
import type { GoogleSettings } from './wallet-settings.ts'

/** Makes the links that save tickets to Google Wallet. */
export interface GooglePasses {
  /** Makes the address at which the guest's browser saves a ticket; the pass is in the address, signed. */
  link(ticket: PassTicket): Promise<string>
}

/**
 * Opens the maker of links. The key is read here, once. Source: Google Wallet, "Create passes using JWT" and the reference of
 * EventTicketClass and EventTicketObject.
 * @throws Error when the key cannot be read; the message shows no secret.
 */
export async function openGooglePasses(settings: GoogleSettings): Promise<GooglePasses> {
  const { client_email, private_key } = settings.serviceAccount
  const key = await importPKCS8(private_key, 'RS256').catch(() => {
    throw new Error('The private key for Google Wallet cannot be read: it must be RSA, in PKCS #8.')
  })
  return {
    async link(ticket) {
      let token = ''
      for (const inWords of shortenings) {
        const payload = {
          eventTicketClasses: [classOf(settings, ticket)],
          eventTicketObjects: [objectOf(settings, ticket, inWords)],
        }
        token = await new SignJWT({ typ: 'savetowallet', origins: [], payload })
          .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
          .setIssuer(client_email)
          .setAudience('google')
          .setIssuedAt()
          .sign(key)
        if (token.length <= safeTokenLength) break
      }
      return `https://pay.google.com/gp/v/save/${token}`
    },
  }
}

/** Is how long a token may be that no browser cuts off. Source: Google Wallet, "Create passes using JWT": the safe length of an encoded JWT. */
const safeTokenLength = 1800

const seatFields = ['gate', 'section', 'row', 'seat'] as const

/**
 * Lists which facts are told in words, from few to as many as it takes for a token of safe length: a field of Google's costs some seventy
 * characters beside its value. The place and the guest's own time always are: the field of the place is in the class, which must not differ from guest to guest, and is a name and
 * an address, both of them required, and the time has none.
 */
const shortenings: readonly (readonly PassFact['name'][])[] = [
  ['place', 'entry'],
  ['place', 'entry', 'type'],
  ['place', 'entry', 'type', ...seatFields],
]

function classOf({ issuerId, issuerName }: GoogleSettings, { eventId, title, locale, startsAt, endsAt }: PassTicket) {
  const times = { ...(startsAt ? { start: timeOf(startsAt) } : {}), ...(endsAt ? { end: timeOf(endsAt) } : {}) }
  return {
    id: `${issuerId}.event-${eventId}`,
    issuerName,
    reviewStatus: 'UNDER_REVIEW',
    eventName: localized(title, locale),
    ...(startsAt ? { dateTime: times } : {}),
  }
}

function objectOf({ issuerId }: GoogleSettings, ticket: PassTicket, inWords: readonly PassFact['name'][]) {
  const { locale, ticketCode, expiresAt, facts } = ticket
  const told = facts.filter(({ name }) => inWords.includes(name)).map(({ label, value }) => `${label}: ${value}`)
  const fields = new Map(facts.filter(({ name }) => !inWords.includes(name)).map(({ name, value }) => [name, value]))
  const type = fields.get('type')
  const seats = seatFields.flatMap((name) => {
    const value = fields.get(name)
    return value ? [[name, localized(value, locale)]] : []
  })
  // It only moves the pass to those of the past, which Google does by itself some days after the event.
  const expiry = inWords.includes('type') ? undefined : expiresAt
  return {
    id: `${issuerId}.${ticketCode}`,
    classId: `${issuerId}.event-${ticket.eventId}`,
    state: 'ACTIVE',
    barcode: { type: 'QR_CODE', value: ticket.payload, alternateText: ticketCode },
    ticketHolderName: fields.get('holder'),
    ...(type ? { ticketType: localized(type, locale) } : {}),
    ...(seats.length > 0 ? { seatInfo: Object.fromEntries(seats) } : {}),
    ...(told.length > 0 ? { textModulesData: [{ body: told.join('\n') }] } : {}),
    ...(expiry ? { validTimeInterval: { end: { date: timeOf(expiry) } } } : {}),
  }
}

function timeOf(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z')
}

function localized(value: string, language: string) {
  return { defaultValue: { language, value } }
}
