/**
 * The facts of a ticket, in display order, each with the variable it shows, and a label in
 * `template/helpers/labels.ts`. A pass for Apple Wallet lists all of them on its back.
 */
export const passFacts = [
  { name: 'date', variable: 'eventDate' },
  { name: 'until', variable: 'eventEndDate' },
  { name: 'doors', variable: 'doorsOpen' },
  { name: 'place', variable: 'location' },
  { name: 'entry', variable: 'entryTime' },
  { name: 'holder', variable: 'holder' },
  { name: 'type', variable: 'ticketType' },
  { name: 'gate', variable: 'gate' },
  { name: 'section', variable: 'section' },
  { name: 'row', variable: 'row' },
  { name: 'seat', variable: 'seat' },
  { name: 'order', variable: 'order' },
] as const

/** A fact of a ticket in the guest's language. */
export interface PassFact {
  name: (typeof passFacts)[number]['name']
  label: string
  value: string
}

/** The data of a wallet pass. `payload` is the text of the QR code; `facts` are in display order. */
export interface PassTicket {
  eventId: number
  title: string
  ticketCode: string
  payload: string
  startsAt: Date | undefined
  endsAt: Date | undefined
  expiresAt: Date | undefined
  locale: string
  facts: PassFact[]
}
