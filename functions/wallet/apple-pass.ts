import { createHash } from 'node:crypto'
import { makeDetachedSigner } from './detached-signature.ts'
import type { PassFact, PassTicket } from './pass-ticket.ts'
import type { AppleSettings } from './wallet-settings.ts'

/** Is a file of a pass. */
export interface PassFile {
  name: string
  content: Buffer
}

/** Makes passes for Apple Wallet. */
export interface ApplePasses {
  /** Lists the files of a ticket's pass, signed; a .pkpass is a ZIP of them. */
  make(ticket: PassTicket): PassFile[]
}

/**
 * Opens the maker of passes; `images` are what each of them shows, the icon among them. Keys and certificates are read here, once. Source: Apple,
 * "Wallet Passes" and "Building a Pass".
 * @throws Error when the key is not the certificate's.
 */
export function openApplePasses(settings: AppleSettings, images: readonly PassFile[]): ApplePasses {
  const sign = makeDetachedSigner(settings)
  const hashedImages = images.map(({ name, content }) => [name, sha1(content)])
  return {
    make(ticket) {
      const pass = Buffer.from(JSON.stringify(describe(settings, ticket)))
      const manifest = Buffer.from(JSON.stringify(Object.fromEntries([['pass.json', sha1(pass)], ...hashedImages])))
      return [
        { name: 'pass.json', content: pass },
        ...images,
        { name: 'manifest.json', content: manifest },
        { name: 'signature', content: sign(manifest) },
      ]
    },
  }
}

/** The manifest's format asks for SHA-1; what is trusted is the signature. */
function sha1(content: Buffer): string {
  return createHash('sha1').update(content).digest('hex')
}

function describe({ passTypeIdentifier, teamIdentifier, organizationName }: AppleSettings, ticket: PassTicket) {
  const { ticketCode, title, startsAt, expiresAt } = ticket
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
    ...(expiresAt ? { expirationDate: iso(expiresAt) } : {}),
    backgroundColor: 'rgb(11, 16, 22)',
    foregroundColor: 'rgb(255, 255, 255)',
    labelColor: 'rgb(143, 180, 216)',
    barcodes: [{ format: 'PKBarcodeFormatQR', message: ticket.payload, messageEncoding: 'iso-8859-1', altText: ticketCode }],
    eventTicket: fieldsOf(ticket),
  }
}

/** Tells when the event is: `relevantDate` to phones before iOS 18, `relevantDates` to those since, and what the times mean to all of them. */
function timesOf({ title, endsAt }: PassTicket, startsAt: Date) {
  const start = iso(startsAt)
  const end = endsAt && endsAt > startsAt ? iso(endsAt) : undefined
  return {
    relevantDate: start,
    relevantDates: [end ? { startDate: start, endDate: end } : { date: start }],
    semantics: { eventName: title, eventStartDate: start, ...(end ? { eventEndDate: end } : {}) },
  }
}

/** Puts each fact where Wallet has room for it: one large, few below it, and all of them on the back. */
function fieldsOf({ title, ticketCode, facts }: PassTicket) {
  const where = (...names: PassFact['name'][]) =>
    facts.filter(({ name }) => names.includes(name)).map(({ name, label, value }) => ({ key: name, label, value }))
  return {
    headerFields: where('type'),
    primaryFields: [{ key: 'event', label: '', value: title }],
    secondaryFields: where('date', 'place', 'entry'),
    auxiliaryFields: where('holder', 'gate', 'section', 'row', 'seat').slice(0, mostAuxiliary),
    backFields: [
      ...facts.map(({ name, label, value }) => ({ key: `back-${name}`, label, value })),
      { key: 'back-code', label: '', value: ticketCode },
    ],
  }
}

/** Apple, "Pass Design and Creation": an event ticket shows at most four of them. */
const mostAuxiliary = 4

/** Apple takes no fractions of a second (W3C, "Date and Time Formats"). */
function iso(moment: Date): string {
  return moment.toISOString().replace(/\.\d+Z$/, 'Z')
}
