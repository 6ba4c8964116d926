import { channelsOf, textColourOn } from '../contract/colours.ts'
import type { Branding } from '../contract/schemas/branding.ts'
import type { PassFact, PassTicket } from './pass-ticket.ts'
import type { AppleSettings } from './wallet-settings.ts'

type Issuer = Pick<AppleSettings, 'passTypeIdentifier' | 'teamIdentifier' | 'organizationName'>

/** Describes a ticket as the content of its pass. Source: Apple, "Pass". */
export function describePass({ passTypeIdentifier, teamIdentifier, ...settings }: Issuer, ticket: PassTicket) {
  const { ticketCode, title, startsAt, expiresAt } = ticket
  const branding = ticket.branding ?? {}
  const organizationName = branding.organiser ?? settings.organizationName
  return {
    formatVersion: 1,
    passTypeIdentifier,
    teamIdentifier,
    organizationName,
    logoText: organizationName,
    description: title,
    serialNumber: ticketCode,
    groupingIdentifier: `event-${ticket.eventId}`,
    ...(startsAt ? timesOf(ticket, startsAt) : {}),
    semantics: semanticsOf(ticket),
    ...(ticket.isRevoked ? { voided: true } : {}),
    ...(expiresAt ? { expirationDate: iso(expiresAt) } : {}),
    ...coloursOf(branding),
    barcodes: [{ format: 'PKBarcodeFormatQR', message: ticket.payload, messageEncoding: 'iso-8859-1', altText: ticketCode }],
    eventTicket: fieldsOf(ticket),
  }
}

/** Describes the colours: the event's accent, else its ink, else our own. */
function coloursOf({ accent, ink }: Branding) {
  const ground = accent ?? ink
  if (!ground)
    return { backgroundColor: 'rgb(11, 16, 22)', foregroundColor: 'rgb(255, 255, 255)', labelColor: 'rgb(143, 180, 216)' }
  const text = rgb(textColourOn(ground))
  return { backgroundColor: rgb(ground), foregroundColor: text, labelColor: text }
}

/** Writes `#rrggbb` as Apple takes colours. */
function rgb(colour: string): string {
  return `rgb(${channelsOf(colour).join(', ')})`
}

/**
 * Describes when phones show the pass: `relevantDate` is for those before iOS 18, `relevantDates` for later ones. An
 * interval spans a day at most, so a longer event has several.
 */
function timesOf({ endsAt }: PassTicket, startsAt: Date) {
  const days = endsAt && endsAt > startsAt ? Math.min(Math.ceil((+endsAt - +startsAt) / dayMs), mostDays) : 0
  const intervals = Array.from({ length: days }, (_, day) => {
    const from = +startsAt + day * dayMs
    return { startDate: iso(new Date(from)), endDate: iso(new Date(Math.min(from + dayMs, +(endsAt ?? startsAt)))) }
  })
  return { relevantDate: iso(startsAt), relevantDates: days > 0 ? intervals : [{ date: iso(startsAt) }] }
}

const dayMs = 86_400_000
const mostDays = 31

/** Names the facts for the system, which offers the way there or the calendar. Source: Apple, "SemanticTags". */
function semanticsOf({ title, startsAt, endsAt, facts }: PassTicket) {
  const tag = (key: string, name: PassFact['name']) => {
    const value = facts.find((fact) => fact.name === name)?.value
    return value ? { [key]: value } : {}
  }
  const seat = { ...tag('seatSection', 'section'), ...tag('seatRow', 'row'), ...tag('seatNumber', 'seat') }
  return {
    eventType: 'PKEventTypeGeneric',
    eventName: title,
    ...(startsAt ? { eventStartDate: iso(startsAt) } : {}),
    ...(startsAt && endsAt && endsAt > startsAt ? { eventEndDate: iso(endsAt) } : {}),
    ...{ ...tag('venueName', 'place'), ...tag('venueEntrance', 'gate') },
    ...{ ...tag('attendeeName', 'holder'), ...tag('admissionLevel', 'type') },
    ...(Object.keys(seat).length > 0 ? { seats: [seat] } : {}),
  }
}

/** Lays out the facts: the title as the primary field, a few facts below it, and all of them on the back. */
function fieldsOf({ title, ticketCode, facts, branding }: PassTicket) {
  const { website, terms } = branding ?? {}
  const pick = (...names: PassFact['name'][]) =>
    facts
      .filter(({ name }) => names.includes(name))
      // Phones show a changed fact as a message, in which %@ is its value.
      .map(({ name, label, value }) => ({ key: name, label, value, changeMessage: `${label}: %@` }))
  return {
    headerFields: pick('type'),
    primaryFields: [{ key: 'event', label: '', value: title }],
    secondaryFields: pick('date', 'place', 'entry'),
    auxiliaryFields: pick('holder', 'gate', 'section', 'row', 'seat').slice(0, maxAuxiliaryFields),
    backFields: [
      ...facts.map(({ name, label, value }) => ({ key: `back-${name}`, label, value })),
      { key: 'back-code', label: '', value: ticketCode },
      ...(website ? [{ key: 'back-website', label: '', value: website }] : []),
      ...(terms ? [{ key: 'back-terms', label: '', value: terms }] : []),
    ],
  }
}

/** An event ticket shows at most four auxiliary fields. Source: Apple, "Pass Design and Creation". */
const maxAuxiliaryFields = 4

/** Formats a time without fractions of a second, which Apple rejects (W3C, "Date and Time Formats"). */
function iso(moment: Date): string {
  return moment.toISOString().replace(/\.\d+Z$/, 'Z')
}
