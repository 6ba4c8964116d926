import { qrPng, qrSvg } from '../../codes/qr-code.ts'
import { qrOptions } from '../../contract/schemas/requests.ts'
import type { Clients } from '../clients.ts'
import { type LinkRequest, openLink } from './open-link.ts'

/** Draws the QR code behind a guest link. @throws What `openLink` throws. */
export async function openQrCode(clients: Clients<'sql' | 'links'>, request: LinkRequest, format: 'png' | 'svg') {
  const ticket = await openLink(clients, 'qr', request)
  const options = qrOptions.parse(ticket.qr_options)
  return format === 'svg'
    ? { media: 'image/svg+xml', content: Buffer.from(qrSvg(ticket.qr_code_data, options)) }
    : { media: 'image/png', content: await qrPng(ticket.qr_code_data, options) }
}
