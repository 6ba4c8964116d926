import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { channelsOf, textColourOn } from '../contract/colours.ts'
import type { Branding } from '../contract/schemas/branding.ts'
import { makeDetachedSigner } from './detached-signature.ts'
import type { PassFact, PassTicket } from './pass-ticket.ts'
import type { AppleSettings } from './wallet-settings.ts'

/** A file of a pass. */
export interface PassFile {
  name: string
  content: Buffer
}

/** A maker of passes for Apple Wallet. */
export interface ApplePasses {
  /** Makes and signs the files of a ticket's pass; a .pkpass is a ZIP archive of them. */
  make(ticket: PassTicket): PassFile[]
}

/**
 * Opens the maker of passes, which parses key and certificates once. `images` must include the icon.
 * Source: Apple, "Wallet Passes" and "Building a Pass". @throws Error if key and certificate do not match.
 */
export function openApplePasses(settings: AppleSettings, images: readonly PassFile[]): ApplePasses {
  const sign = makeDetachedSigner(settings)
  const hash = ({ name, content }: PassFile) => [name, sha1(content)]
  const hashedImages = images.map(hash)
  return {
    make(ticket) {
      const pass = { name: 'pass.json', content: Buffer.from(JSON.stringify(describe(settings, ticket))) }
      const own = brandImages(ticket, images)
      const manifest = Buffer.from(JSON.stringify(Object.fromEntries([hash(pass), ...(own ? own.map(hash) : hashedImages)])))
      return [
        pass,
        ...(own ?? images),
        { name: 'manifest.json', content: manifest },
        { name: 'signature', content: sign(manifest) },
      ]
    },
  }
}

/**
 * Hashes a file for the manifest, which requires SHA-1. Trust rests on the signature, not on these hashes.
 */
function sha1(content: Buffer): string {
  return createHash('sha1').update(content).digest('hex')
}

/** Puts the event's logo into the place of ours, for all resolutions; undefined without one, or one that is no PNG. */
function brandImages({ branding }: PassTicket, images: readonly PassFile[]): PassFile[] | undefined {
  const [, logo] = /^data:image\/png;base64,(.+)$/.exec(branding?.logo ?? '') ?? []
  if (logo === undefined) return undefined
  const content = Buffer.from(logo, 'base64')
  return images.map((image) => (image.name.startsWith('logo') ? { name: image.name, content } : image))
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

function describe({ passTypeIdentifier, teamIdentifier, ...settings }: AppleSettings, ticket: PassTicket) {
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
    ...(expiresAt ? { expirationDate: iso(expiresAt) } : {}),
    ...coloursOf(branding),
    barcodes: [{ format: 'PKBarcodeFormatQR', message: ticket.payload, messageEncoding: 'iso-8859-1', altText: ticketCode }],
    eventTicket: fieldsOf(ticket),
  }
}

/**
 * Describes the event's times: `relevantDate` is for phones before iOS 18, `relevantDates` for later ones.
 */
function timesOf({ title, endsAt }: PassTicket, startsAt: Date) {
  const start = iso(startsAt)
  const end = endsAt && endsAt > startsAt ? iso(endsAt) : undefined
  return {
    relevantDate: start,
    relevantDates: [end ? { startDate: start, endDate: end } : { date: start }],
    semantics: { eventName: title, eventStartDate: start, ...(end ? { eventEndDate: end } : {}) },
  }
}

/** Lays out the facts: the title as the primary field, a few facts below it, and all of them on the back. */
function fieldsOf({ title, ticketCode, facts, branding }: PassTicket) {
  const { website, terms } = branding ?? {}

  const pick = (...names: PassFact['name'][]) =>
    facts.filter(({ name }) => names.includes(name)).map(({ name, label, value }) => ({ key: name, label, value }))
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

/** Reads the images that every pass carries. */
export async function readPassImages(): Promise<PassFile[]> {
  const folder = path.join(import.meta.dirname, 'images')
  const names = (await readdir(folder)).filter((name) => name.endsWith('.png')).sort()
  return await Promise.all(names.map(async (name) => ({ name, content: await readFile(path.join(folder, name)) })))
}
