/** A variable that templates may name, with a value to show. */
export interface StandardVariable {
  meaning: string
  example: string
  /** Its source: the service for every ticket, the event, its branding, the guest, or the guest's data. */
  given: 'always' | 'event' | 'branding' | 'guest' | 'data'
  /** The variables that the service derives it from, if it is not given; it needs no example then. */
  writtenFrom?: readonly string[]
}

const variable = (
  given: StandardVariable['given'],
  meaning: string,
  example: string,
  writtenFrom?: readonly string[],
): StandardVariable => ({ given, meaning, example, ...(writtenFrom ? { writtenFrom } : {}) })

const picture = (colour: string) =>
  `data:image/svg+xml;base64,${btoa(`<svg xmlns="http://www.w3.org/2000/svg" width="3" height="2"><path fill="${colour}" d="M0 0h3v2H0z"/></svg>`)}`

/**
 * The variables that templates can rely on: original specification, "Structure du template", and what seats
 * and orders are called. Other names of the event's details and the guest's data are free.
 */
export const standardVariables = {
  eventName: variable('event', 'the event’s title', 'Tech Conference 2024'),
  eventDate: variable('event', 'when it begins, written out in the guest’s language', 'Wednesday, 12 June 2024 at 09:00'),
  eventEndDate: variable('event', 'when it ends, written out', 'Friday, 14 June 2024 at 18:00'),
  startsAt: variable('event', 'when it begins, for the date and time helpers', '2024-06-12T07:00:00.000Z'),
  endsAt: variable('event', 'when it ends, for the date and time helpers', '2024-06-14T16:00:00.000Z'),
  oneDayDate: variable('event', 'its day, written out, when it begins and ends on one', 'Wednesday, 12 June 2024', ['startsAt']),
  oneDayTimes: variable('event', 'from when to when it lasts on that day', '09:00 – 18:00', ['startsAt']),
  timezone: variable('event', 'the event’s time zone', 'Europe/Paris'),
  location: variable('event', 'where it is', 'Palais des Congrès, Paris'),
  brandLogo: variable('branding', 'the organiser’s logo, a data: URL', picture('#0a58a8')),
  brandBackground: variable('branding', 'the event’s picture, a data: URL', picture('#12355b')),
  brandSponsors: variable('branding', 'the sponsors’ logos, data: URLs, for {{#each}}', '[data:image/png;base64,…]'),
  brandAccent: variable('branding', 'the colour of grounds and marks', '#0a58a8'),
  brandOnAccent: variable('branding', 'the readable colour of text on it', '#ffffff'),
  brandInk: variable('branding', 'the colour of text on white, and of grounds under white text', '#12355b'),
  brandOrganiser: variable('branding', 'who organises the event', 'Tech Conference e. V.'),
  brandWebsite: variable('branding', 'the address of its website', 'https://techconference.example.com'),
  brandWebsiteText: variable('branding', 'that address as people write it', 'techconference.example.com'),
  brandTerms: variable('branding', 'the terms of admission', 'Personal and not transferable. No re-entry.'),
  firstName: variable('guest', 'the guest’s first name', 'John'),
  lastName: variable('guest', 'the guest’s last name', 'Doe'),
  fullName: variable('guest', 'both names in the order of their language', 'John Doe', ['firstName', 'lastName']),
  familyNameFirst: variable('guest', 'true where the family name comes first in that order, for #if', 'true', [
    'firstName',
    'lastName',
  ]),
  email: variable('guest', 'the guest’s e-mail address', 'john.doe@example.com'),
  ticketType: variable('guest', 'the kind of ticket', 'VIP'),
  locale: variable('guest', 'the guest’s language', 'en-GB'),
  dir: variable('guest', 'the direction of that language, ltr or rtl', 'ltr'),
  entryStartsAt: variable('data', 'from when this guest may enter, where admission is timed', '2024-06-12T08:00:00.000Z'),
  entryEndsAt: variable('data', 'until when this guest may enter', '2024-06-12T08:30:00.000Z'),
  entryTime: variable('data', 'both of them, written out', 'Wednesday, 12 June 2024, 10:00 – 10:30'),
  gate: variable('data', 'the entrance', 'B'),
  section: variable('data', 'the block or section', '104'),
  row: variable('data', 'the row', '12'),
  seat: variable('data', 'the seat', '4'),
  order: variable('data', 'the order’s number', 'A-20391'),
  price: variable('data', 'what was paid, for the money helper', '49.9'),
  currency: variable('data', 'its currency (ISO 4217)', 'EUR'),
  priceText: variable('data', 'the price with its currency, written out; what is no number, as it stands', '€49.90', ['price']),
  company: variable('data', 'the guest’s company', 'Analytical Engines'),
  jobTitle: variable('data', 'what the guest does there', 'Engineer'),
  data: variable(
    'always',
    'the guest’s data by its own names, also those that the event has: {{data.location}}',
    '{ "location": "Berlin office" }',
  ),
  qrCode: variable('always', 'the QR code as an inline drawing', '<svg …>'),
  qrCodeUrl: variable('always', 'the QR code for <img src="…">', 'data:image/svg+xml;base64,…'),
  qrPayload: variable('always', 'the text in the QR code, for other barcodes', 'TK1:AEAX…'),
  ticketCode: variable('always', 'the code to read and type', 'TC-2024-7K3M9QX4WBZ2'),
  generatedAt: variable('always', 'when the ticket was asked for, written out', 'Monday, 1 January 2024 at 12:00'),
}

/** A helper: `block` when it is written `{{#name …}}…{{/name}}`. */
export interface TemplateHelper {
  block: boolean
  use: string
  meaning: string
}

const helper = (use: string, meaning: string): TemplateHelper => ({ block: use.startsWith('{{#'), use, meaning })

/** Every helper that templates may use; there are no others. */
export const templateHelpers = {
  if: helper('{{#if seat}}…{{else}}…{{/if}}', 'shows its content when the variable is there and not empty'),
  unless: helper('{{#unless email}}…{{/unless}}', 'shows its content when the variable is not there'),
  each: helper(
    '{{#each sessions}}{{this.title}}{{/each}}',
    'repeats its content for each entry of a list; all loops of a ticket have at most 10,000 turns',
  ),
  with: helper('{{#with address}}{{city}}{{/with}}', 'names the parts of an object without its name'),
  is: helper(
    '{{#is ticketType "VIP" "Press"}}…{{else}}…{{/is}}',
    'shows its content when the variable is one of the words, whatever their case',
  ),
  date: helper(
    '{{date startsAt "long"}}',
    'writes a date in the event’s zone and the guest’s language: full, long, medium or short',
  ),
  time: helper('{{time startsAt}}', 'writes a time of day, short or medium'),
  money: helper('{{money price currency}}', 'writes an amount of money as the guest’s language does'),
  upper: helper('{{upper lastName}}', 'writes in capitals by the rules of the guest’s language'),
  lower: helper('{{lower email}}', 'writes in small letters by the rules of the guest’s language'),
  label: helper('{{label "seat"}}', 'writes a word in the guest’s language: the template’s own, or a built-in one'),
  fit: helper(
    '<h1 class="pt{{fit fullName width="60" lines="2" sizes="24 18 14"}}">',
    'gives the largest of some sizes in points at which a text, or several, fit into lines of a width in millimetres',
  ),
  asset: helper('<img src="{{asset "logo"}}" alt="…">', 'gives an uploaded asset as a data: URL, for src="…" and url("…")'),
  barcode: helper('{{barcode ticketCode type="code128"}}', 'draws a barcode: code128, pdf417, aztec or datamatrix'),
}
