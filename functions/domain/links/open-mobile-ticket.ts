import { defaultQrOptions, qrSvg } from '../../codes/qr-code.ts'
import type { Branding } from '../../contract/schemas/branding.ts'
import { qrOptions } from '../../contract/schemas/requests.ts'
import type { TicketDetails } from '../../database/tickets.ts'
import { type MobileTicketView, writeMobileTicket } from '../../pages/mobile-ticket-page.ts'
import type { PageFile } from '../../pages/page-modules.ts'
import { findLabel } from '../../template/helpers/labels.ts'
import type { GuestLinks } from '../../trust/guest-links.ts'
import type { Clients } from '../clients.ts'
import { loadBranding } from '../events/load-branding.ts'
import { calendarTimes, guestTicketOf } from './guest-ticket.ts'
import { type LinkRequest, openLink } from './open-link.ts'

/** Renders the page behind a guest link. Its links expire with that one. @throws What `openLink` throws. */
export async function openMobileTicket(clients: Clients<'sql' | 'links'>, request: LinkRequest): Promise<PageFile> {
  const row = await openLink(clients, 't', request)
  const branding = await loadBranding(clients.sql, row)
  return await writePage(row, branding, { ...linksOf(clients.links, row, request.expires), map: mapLink(row.location) })
}

/** Writes the page of a ticket in its event's branding. */
export async function writePage(
  row: Parameters<typeof guestTicketOf>[0] & Pick<TicketDetails, 'qr_options'>,
  branding: Branding | null,
  links: MobileTicketView['links'],
): Promise<PageFile> {
  const { title, ticketCode: code, locale, direction, facts } = guestTicketOf(row)
  const { errorCorrectionLevel } = qrOptions.parse(row.qr_options)
  return await writeMobileTicket({
    ...{ title, code, locale, direction, facts, links, branding },
    qr: qrSvg(row.qr_code_data, { ...defaultQrOptions, errorCorrectionLevel }),
    showCode: findLabel('showCode', locale) ?? '',
    howToShow: findLabel('howToShow', locale) ?? '',
  })
}

/** Returns the address of a place's map, which phones open in their app: Google, "Maps URLs". */
function mapLink(place: string | null): string | null {
  return place && `https://www.google.com/maps/search/?${new URLSearchParams({ api: '1', query: place })}`
}

function linksOf(links: GuestLinks, ticket: TicketDetails, expires: string | undefined) {
  const isPrinted = ticket.pdf_file_path !== null
  return {
    ...links.makeWallets(ticket.id, expires),
    calendar: calendarTimes(ticket) ? links.make('calendar', ticket.id, expires) : null,
    pdf: isPrinted ? links.make('pdf', ticket.id, expires) : null,
    png: isPrinted ? links.make('png', ticket.id, expires) : null,
  }
}
