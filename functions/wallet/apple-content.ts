import { channelsOf, textColourOn } from '../contract/colours.ts'
import type { Branding } from '../contract/schemas/branding.ts'
import { formatTime, type PassFact, type PassTicket } from './pass-ticket.ts'
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
    ...(expiresAt ? { expirationDate: formatTime(expiresAt) } : {}),
    ...coloursOf(branding),
    barcodes: [{ format: 'PKBarcodeFormatQR', message: ticket.payload, messageEncoding: 'iso-8859-1', altText: ticketCode }],
    eventTicket: fieldsOf(ticket),
  }
}

/** Describes the colours of the pass, by the event's accent, else its ink, else the service's own. */
function coloursOf({ accent, ink }: Branding) {
  const ground = accent ?? ink
  if (!ground)
    return { backgroundColor: 'rgb(11, 16, 22)', foregroundColor: 'rgb(255, 255, 255)', labelColor: 'rgb(143, 180, 216)' }
  const text = rgb(textColourOn(ground))
  return { backgroundColor: rgb(ground), foregroundColor: text, labelColor: text }
}

/** Converts `#rrggbb` to Apple's notation. */
function rgb(colour: string): string {
  return `rgb(${channelsOf(colour).join(', ')})`
}

/**
 * Describes when phones show the pass: before iOS 18 by `relevantDate`, since then by `relevantDates`. An interval
 * spans at most a day, so a longer event has several.
 */
function timesOf({ endsAt }: PassTicket, startsAt: Date) {
  const days = endsAt && endsAt > startsAt ? Math.min(Math.ceil((+endsAt - +startsAt) / dayMs), mostDays) : 0
  const intervals = Array.from({ length: days }, (_, day) => {
    const from = +startsAt + day * dayMs
    return { startDate: formatTime(new Date(from)), endDate: formatTime(new Date(Math.min(from + dayMs, +(endsAt ?? startsAt)))) }
  })
  return { relevantDate: formatTime(startsAt), relevantDates: days > 0 ? intervals : [{ date: formatTime(startsAt) }] }
}

const dayMs = 86_400_000
const mostDays = 31

/** Names the facts for the system, which suggests directions or a calendar entry. Source: Apple, "SemanticTags". */
function semanticsOf({ title, startsAt, endsAt, facts }: PassTicket) {
  const tag = (key: string, name: PassFact['name']) => {
    const value = facts.find((fact) => fact.name === name)?.value
    return value ? { [key]: value } : {}
  }
  const seat = { ...tag('seatSection', 'section'), ...tag('seatRow', 'row'), ...tag('seatNumber', 'seat') }
  return {
    eventType: 'PKEventTypeGeneric',
    eventName: title,
    ...(startsAt ? { eventStartDate: formatTime(startsAt) } : {}),
    ...(startsAt && endsAt && endsAt > startsAt ? { eventEndDate: formatTime(endsAt) } : {}),
    ...{ ...tag('venueName', 'place'), ...tag('venueEntrance', 'gate') },
    ...{ ...tag('attendeeName', 'holder'), ...tag('admissionLevel', 'type') },
    ...(Object.keys(seat).length > 0 ? { seats: [seat] } : {}),
  }
}

/** Lays out the facts: the title as the primary field, some facts below it, and all of them on the back. */
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
