/** A fact on a ticket, in the guest's language. */
export interface PassFact {
  name: 'date' | 'until' | 'place' | 'entry' | 'holder' | 'type' | 'gate' | 'section' | 'row' | 'seat' | 'order'
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
