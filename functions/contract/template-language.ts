/** A variable that templates may name, with a value to show. */
export interface StandardVariable {
  meaning: string
  example: string
  /** Who gives it: the service for every ticket, the event, the guest, or the guest's data. */
  given: 'always' | 'event' | 'guest' | 'data'
  /** What the service writes it from where nobody gives it; it needs no example of its own then. */
  writtenFrom?: readonly string[]
}

/**
 * The variables that templates can rely on: original specification, "Structure du template", and what seats
 * and orders are called. Other names of the event's details and the guest's data are free.
 */
export const standardVariables = {
  eventName: { meaning: 'the event’s title', example: 'Tech Conference 2024', given: 'event' },
  eventDate: {
    meaning: 'when it begins, written out in the guest’s language',
    example: 'Wednesday, 12 June 2024 at 09:00',
    given: 'event',
  },
  eventEndDate: { meaning: 'when it ends, written out', example: 'Friday, 14 June 2024 at 18:00', given: 'event' },
  startsAt: { meaning: 'when it begins, for the date and time helpers', example: '2024-06-12T07:00:00.000Z', given: 'event' },
  endsAt: { meaning: 'when it ends, for the date and time helpers', example: '2024-06-14T16:00:00.000Z', given: 'event' },
  oneDayDate: {
    meaning: 'its day, written out, when it begins and ends on one',
    example: 'Wednesday, 12 June 2024',
    given: 'event',
    writtenFrom: ['startsAt'],
  },
  oneDayTimes: {
    meaning: 'from when to when it lasts on that day',
    example: '09:00 – 18:00',
    given: 'event',
    writtenFrom: ['startsAt'],
  },
  timezone: { meaning: 'the event’s time zone', example: 'Europe/Paris', given: 'event' },
  location: { meaning: 'where it is', example: 'Palais des Congrès, Paris', given: 'event' },
  firstName: { meaning: 'the guest’s first name', example: 'John', given: 'guest' },
  lastName: { meaning: 'the guest’s last name', example: 'Doe', given: 'guest' },
  fullName: {
    meaning: 'both names in the order of their language',
    example: 'John Doe',
    given: 'guest',
    writtenFrom: ['firstName', 'lastName'],
  },
  familyNameFirst: {
    meaning: 'true where the family name comes first in that order, for #if',
    example: 'true',
    given: 'guest',
    writtenFrom: ['firstName', 'lastName'],
  },
  email: { meaning: 'the guest’s e-mail address', example: 'john.doe@example.com', given: 'guest' },
  ticketType: { meaning: 'the kind of ticket', example: 'VIP', given: 'guest' },
  locale: { meaning: 'the guest’s language', example: 'en-GB', given: 'guest' },
  dir: { meaning: 'the direction of that language, ltr or rtl', example: 'ltr', given: 'guest' },
  entryStartsAt: {
    meaning: 'from when this guest may enter, where admission is timed',
    example: '2024-06-12T08:00:00.000Z',
    given: 'data',
  },
  entryEndsAt: { meaning: 'until when this guest may enter', example: '2024-06-12T08:30:00.000Z', given: 'data' },
  entryTime: { meaning: 'both of them, written out', example: 'Wednesday, 12 June 2024, 10:00 – 10:30', given: 'data' },
  gate: { meaning: 'the entrance', example: 'B', given: 'data' },
  section: { meaning: 'the block or section', example: '104', given: 'data' },
  row: { meaning: 'the row', example: '12', given: 'data' },
  seat: { meaning: 'the seat', example: '4', given: 'data' },
  order: { meaning: 'the order’s number', example: 'A-20391', given: 'data' },
  price: { meaning: 'what was paid, for the money helper', example: '49.9', given: 'data' },
  currency: { meaning: 'its currency (ISO 4217)', example: 'EUR', given: 'data' },
  priceText: {
    meaning: 'the price with its currency, written out; what is no number, as it stands',
    example: '€49.90',
    given: 'data',
    writtenFrom: ['price'],
  },
  company: { meaning: 'the guest’s company', example: 'Analytical Engines', given: 'data' },
  jobTitle: { meaning: 'what the guest does there', example: 'Engineer', given: 'data' },
  data: {
    meaning: 'the guest’s data by its own names, also those that the event has: {{data.location}}',
    example: '{ "location": "Berlin office" }',
    given: 'always',
  },
  qrCode: { meaning: 'the QR code as an inline drawing', example: '<svg …>', given: 'always' },
  qrCodeUrl: { meaning: 'the QR code for <img src="…">', example: 'data:image/svg+xml;base64,…', given: 'always' },
  qrPayload: { meaning: 'the text in the QR code, for other barcodes', example: 'TK1:AEAX…', given: 'always' },
  ticketCode: { meaning: 'the code to read and type', example: 'TC-2024-7K3M9QX4WBZ2', given: 'always' },
  generatedAt: {
    meaning: 'when the ticket was asked for, written out',
    example: 'Monday, 1 January 2024 at 12:00',
    given: 'always',
  },
} as const satisfies Record<string, StandardVariable>

/** A helper: `block` when it is written `{{#name …}}…{{/name}}`. */
export interface TemplateHelper {
  block: boolean
  use: string
  meaning: string
}

/** Every helper that templates may use; there are no others. */
export const templateHelpers = {
  if: {
    block: true,
    use: '{{#if seat}}…{{else}}…{{/if}}',
    meaning: 'shows its content when the variable is there and not empty',
  },
  unless: { block: true, use: '{{#unless email}}…{{/unless}}', meaning: 'shows its content when the variable is not there' },
  each: {
    block: true,
    use: '{{#each sessions}}{{this.title}}{{/each}}',
    meaning: 'repeats its content for each entry of a list; all loops of a ticket have at most 10,000 turns',
  },
  with: { block: true, use: '{{#with address}}{{city}}{{/with}}', meaning: 'names the parts of an object without its name' },
  is: {
    block: true,
    use: '{{#is ticketType "VIP" "Press"}}…{{else}}…{{/is}}',
    meaning: 'shows its content when the variable is one of the words, whatever their case',
  },
  date: {
    block: false,
    use: '{{date startsAt "long"}}',
    meaning: 'writes a date in the event’s zone and the guest’s language: full, long, medium or short',
  },
  time: { block: false, use: '{{time startsAt}}', meaning: 'writes a time of day, short or medium' },
  money: { block: false, use: '{{money price currency}}', meaning: 'writes an amount of money as the guest’s language does' },
  upper: { block: false, use: '{{upper lastName}}', meaning: 'writes in capitals by the rules of the guest’s language' },
  lower: { block: false, use: '{{lower email}}', meaning: 'writes in small letters by the rules of the guest’s language' },
  label: {
    block: false,
    use: '{{label "seat"}}',
    meaning: 'writes a word in the guest’s language: the template’s own, or a built-in one',
  },
  fit: {
    block: false,
    use: '<h1 class="pt{{fit fullName width="60" lines="2" sizes="24 18 14"}}">',
    meaning: 'gives the largest of some sizes in points at which a text, or several, fit into lines of a width in millimetres',
  },
  asset: {
    block: false,
    use: '<img src="{{asset "logo"}}" alt="…">',
    meaning: 'gives an uploaded asset as a data: URL, for src="…" and url("…")',
  },
  barcode: {
    block: false,
    use: '{{barcode ticketCode type="code128"}}',
    meaning: 'draws a barcode: code128, pdf417, aztec or datamatrix',
  },
} as const satisfies Record<string, TemplateHelper>
