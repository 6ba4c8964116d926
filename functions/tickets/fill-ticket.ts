import { qrOptions } from '../contract/schemas.ts'
import type { PendingItem } from '../database/generation-logs.ts'
import type { TicketDocument } from '../pdf/print.ts'
import { qrDataUrl, qrSvg } from '../pdf/qr-code.ts'
import { type TicketTemplate, trustedMarkup } from '../pdf/template.ts'
import { formatMoment, templateVariables } from './template-variables.ts'

/**
 * Fills a template for one item. Equal rows give equal documents: the time on a ticket is when its request was accepted, so that
 * a ticket printed again after a crash is the same file.
 * @throws TemplateInvalidError when the template cannot be filled for this guest.
 */
export async function fillTicket(template: TicketTemplate, item: PendingItem): Promise<TicketDocument> {
  const options = qrOptions.parse(item.qr_options)
  const uses = (name: string) => template.variables.includes(name)
  const subject = templateVariables(item)
  const html = template.fill({
    ...subject,
    ticketCode: item.ticket_code,
    generatedAt: formatMoment(item.accepted_at, item.locale ?? 'en', item.timezone),
    ...(uses('qrCodeUrl') ? { qrCodeUrl: await qrDataUrl(item.qr_code_data, options) } : {}),
    ...(uses('qrCode') ? { qrCode: trustedMarkup(qrSvg(item.qr_code_data, options)) } : {}),
  })
  return {
    html,
    title: `${item.event_title} – ${item.ticket_code}`,
    createdAt: item.accepted_at,
    templateKey: `${item.template_id} ${item.template_version}`,
  }
}
