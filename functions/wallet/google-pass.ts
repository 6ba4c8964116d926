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
      const payload = { eventTicketClasses: [classOf(settings, ticket)], eventTicketObjects: [objectOf(settings, ticket)] }
      const token = await new SignJWT({ typ: 'savetowallet', origins: [], payload })
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
        .setIssuer(client_email)
        .setAudience('google')
        .setIssuedAt()
        .sign(key)
      return `https://pay.google.com/gp/v/save/${token}`
    },
  }
}

function classOf({ issuerId, issuerName }: GoogleSettings, { eventId, title, locale, startsAt, endsAt, facts }: PassTicket) {
  const place = facts.find(({ name }) => name === 'place')?.value
  const times = { ...(startsAt ? { start: startsAt.toISOString() } : {}), ...(endsAt ? { end: endsAt.toISOString() } : {}) }
  return {
    id: `${issuerId}.event-${eventId}`,
    issuerName,
    reviewStatus: 'UNDER_REVIEW',
    eventName: localized(title, locale),
    ...(place ? { venue: { name: localized(place, locale), address: localized(place, locale) } } : {}),
    ...(startsAt ? { dateTime: times } : {}),
  }
}

function objectOf({ issuerId }: GoogleSettings, ticket: PassTicket) {
  const { locale, ticketCode, expiresAt } = ticket
  const factOf = (name: PassFact['name']) => ticket.facts.find((fact) => fact.name === name)?.value
  const seats = (['gate', 'section', 'row', 'seat'] as const).flatMap((name) => {
    const value = factOf(name)
    return value ? [[name, localized(value, locale)]] : []
  })
  const type = factOf('type')
  return {
    id: `${issuerId}.${ticketCode}`,
    classId: `${issuerId}.event-${ticket.eventId}`,
    state: 'ACTIVE',
    barcode: { type: 'QR_CODE', value: ticket.payload, alternateText: ticketCode },
    ticketNumber: ticketCode,
    ticketHolderName: factOf('holder'),
    ...(type ? { ticketType: localized(type, locale) } : {}),
    ...(seats.length > 0 ? { seatInfo: Object.fromEntries(seats) } : {}),
    ...(expiresAt ? { validTimeInterval: { end: { date: expiresAt.toISOString() } } } : {}),
  }
}

function localized(value: string, language: string) {
  return { defaultValue: { language, value } }
}
