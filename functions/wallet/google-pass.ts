import { importPKCS8, SignJWT } from 'jose'
import { openGoogleObjects } from './google-objects.ts'
import { formatTime, type PassFact, type PassTicket, type PushOutcome } from './pass-ticket.ts'
import type { GoogleSettings } from './wallet-settings.ts'

/** A maker of links that save tickets to Google Wallet, and of updates to saved ones. */
export interface GooglePasses {
  /** Makes the URL that saves a ticket; it contains the signed pass. */
  link(ticket: PassTicket): Promise<string>
  /** Updates passes and the events that they share; the outcomes are in the order of the tickets. */
  update(tickets: PassTicket[]): Promise<PushOutcome[]>
}

/**
 * Opens the maker of links and updates. Source: Google Wallet, "Create passes using JWT", EventTicketClass and -Object.
 * @throws Error if the key cannot be read. The message contains no secret.
 */
export async function openGooglePasses(settings: GoogleSettings): Promise<GooglePasses> {
  const { client_email, private_key } = settings.serviceAccount
  const key = await importPKCS8(private_key, 'RS256').catch(() => {
    throw new Error('The private key for Google Wallet cannot be read: it must be an RSA key in PKCS #8 format.')
  })
  const write = openGoogleObjects(settings, key)
  return {
    async update(tickets) {
      const events = new Map<number, Promise<PushOutcome>>()
      const writeEvent = (ticket: PassTicket) =>
        write({ collection: 'eventTicketClass', content: { hexBackgroundColor: null, ...classOf(settings, ticket) } })
      return await Promise.all(
        tickets.map(async (ticket) => {
          const event = events.get(ticket.eventId) ?? writeEvent(ticket)
          events.set(ticket.eventId, event)
          const { outcome } = await event
          if (outcome !== 'told') return await event
          return await write({ collection: 'eventTicketObject', content: { ...cleared, ...objectOf(settings, ticket) } })
        }),
      )
    },
    async link(ticket) {
      let token = ''
      for (const fieldNames of fieldChoices) {
        const payload = {
          eventTicketClasses: [classOf(settings, ticket)],
          eventTicketObjects: [objectOf(settings, ticket, fieldNames)],
        }
        token = await new SignJWT({ typ: 'savetowallet', origins: [], payload })
          .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
          .setIssuer(client_email)
          .setAudience('google')
          .setIssuedAt()
          .sign(key)
        if (token.length <= maxTokenLength) break
      }
      return `https://pay.google.com/gp/v/save/${token}`
    },
  }
}

/** The longest JWT that no browser truncates. Source: Google Wallet, "Create passes using JWT". */
const maxTokenLength = 1800

const seatFields = ['gate', 'section', 'row', 'seat'] as const

/**
 * Sets of facts to show as fields, largest first; the first whose token is short enough is used, since a field costs
 * about seventy characters. All other facts are text: Google has no field for them, or only one in the class, which
 * all guests share.
 */
const fieldChoices = [['holder', 'type', ...seatFields], ['holder', ...seatFields], ['holder']] as const

/** Clears the fields that a pass may have lost since it was saved, since PATCH keeps absent ones. */
const cleared = { ticketHolderName: null, ticketType: null, seatInfo: null, textModulesData: null, validTimeInterval: null }

type Issuer = Pick<GoogleSettings, 'issuerId' | 'issuerName'>

/** The facts that the class shows as times when the event's start is known. */
const classFacts: readonly PassFact['name'][] = ['date', 'until']

/** Describes the event of a ticket, which all its passes share. Source: Google Wallet, EventTicketClass. */
export function classOf({ issuerId, issuerName }: Issuer, { eventId, title, locale, startsAt, endsAt, branding }: PassTicket) {
  const ground = branding?.accent ?? branding?.ink
  const times = { ...(startsAt ? { start: formatTime(startsAt) } : {}), ...(endsAt ? { end: formatTime(endsAt) } : {}) }
  return {
    id: `${issuerId}.event-${eventId}`,
    issuerName: branding?.organiser ?? issuerName,
    ...(ground ? { hexBackgroundColor: ground } : {}),
    reviewStatus: 'UNDER_REVIEW',
    eventName: localized(title, locale),
    ...(startsAt ? { dateTime: times } : {}),
  }
}

/** Describes a ticket, with the facts in `fieldNames` as fields of their own. Source: Google Wallet, EventTicketObject. */
export function objectOf({ issuerId }: Issuer, ticket: PassTicket, fieldNames: readonly PassFact['name'][] = fieldChoices[0]) {
  const { locale, ticketCode, expiresAt, facts } = ticket
  const fields = new Map(facts.filter(({ name }) => fieldNames.includes(name)).map(({ name, value }) => [name, value]))
  const hidden = new Set([...fieldNames, ...(ticket.startsAt ? classFacts : [])])
  const texts = facts.filter(({ name }) => !hidden.has(name)).map(({ label, value }) => `${label}: ${value}`)
  const holder = fields.get('holder')
  const type = fields.get('type')
  const seats = seatFields.flatMap((name) => {
    const value = fields.get(name)
    return value ? [[name, localized(value, locale)]] : []
  })
  // Left out of shorter tokens: it only files the pass under expired ones, which Google does by itself days later.
  const expiry = fieldNames.includes('type') ? expiresAt : undefined
  return {
    id: `${issuerId}.${ticketCode}`,
    classId: `${issuerId}.event-${ticket.eventId}`,
    state: stateOf(ticket),
    barcode: { type: 'QR_CODE', value: ticket.payload, alternateText: ticketCode },
    ...(holder ? { ticketHolderName: holder } : {}),
    ...(type ? { ticketType: localized(type, locale) } : {}),
    ...(seats.length > 0 ? { seatInfo: Object.fromEntries(seats) } : {}),
    ...(texts.length > 0 ? { textModulesData: [{ body: texts.join('\n') }] } : {}),
    ...(expiry ? { validTimeInterval: { end: { date: formatTime(expiry) } } } : {}),
  }
}

function stateOf({ isRevoked, expiresAt }: PassTicket): 'ACTIVE' | 'EXPIRED' | 'INACTIVE' {
  if (isRevoked) return 'INACTIVE'
  return expiresAt && expiresAt < new Date() ? 'EXPIRED' : 'ACTIVE'
}

function localized(value: string, language: string) {
  return { defaultValue: { language, value } }
}
