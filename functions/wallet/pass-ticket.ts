/** Is one thing that a ticket says, in the guest's language. */
export interface PassFact {
  name: 'date' | 'until' | 'place' | 'entry' | 'holder' | 'type' | 'gate' | 'section' | 'row' | 'seat' | 'order'
  label: string
  value: string
}

/** Is what a wallet pass is made of. `payload` is the text of the QR code; `facts` are in the order in which they are shown. */
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
