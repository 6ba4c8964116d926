import { randomBytes } from 'node:crypto'
import { base32nopad } from '@scure/base'
import { makeTicketCode } from '../../../functions/trust/ticket-code.ts'

/** What one ticket shows; `qrPayload` is the text of its QR code. */
export interface BenchTicket {
  eventName: string
  eventDate: string
  location: string
  firstName: string
  lastName: string
  email: string
  ticketType: string
  ticketCode: string
  generatedAt: string
  qrPayload: string
}

const firstNames = ['John', 'Amélie', 'Søren', 'Łukasz', 'Zoë', 'Íñigo', 'Åsa', 'Gülşen', 'Đorđe', 'Maximiliane']
const lastNames = ['Doe', 'Lefèvre', 'Ågård', 'Wójcik', 'García Márquez', "O'Connor", 'Müller-Lüdenscheidt', 'Yılmaz', 'Novák']
const tokenBytes = 86
const issuedAt = new Date('2026-03-04T05:06:07Z')

/** Makes tickets with Latin names, which every engine can set in the one font it is given, and payloads of the form and length of ours. */
export function makeTickets(count: number): BenchTicket[] {
  return Array.from({ length: count }, (_, index) => ({
    eventName: 'Tech Conference 2024',
    eventDate: 'Wednesday, 12 June 2024 at 09:00',
    location: 'Palais des Congrès, Paris',
    firstName: firstNames[index % firstNames.length] ?? '',
    lastName: lastNames[index % lastNames.length] ?? '',
    email: `guest${index}@example.com`,
    ticketType: index % 3 ? 'Standard' : 'VIP',
    ticketCode: makeTicketCode(issuedAt),
    generatedAt: 'Wednesday, 4 March 2026 at 05:06',
    qrPayload: `TK1:${base32nopad.encode(randomBytes(tokenBytes))}`,
  }))
}
