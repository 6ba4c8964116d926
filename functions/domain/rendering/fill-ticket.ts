import { qrDataUrl, qrSvg } from '../../codes/qr-code.ts'
import type { Branding } from '../../contract/schemas/branding.ts'
import { qrOptions } from '../../contract/schemas/requests.ts'
import type { PendingItem } from '../../database/generation-logs.ts'
import type { TicketDocument } from '../../print/printer.ts'
import { brandVariables } from '../../template/brand-variables.ts'
import { trustedMarkup } from '../../template/compile.ts'
import { formatMoment, templateVariables } from '../../template/variables.ts'
import type { Version } from './load-versions.ts'

/**
 * Fills a version of a template for one item, in its event's branding. Equal rows always give equal files: a
 * ticket shows the time at which its code was created. @throws TemplateInvalidError when it cannot be filled
 * for this guest.
 */
export async function fillTicket(
  { template, compared }: Version,
  item: PendingItem,
  branding: Branding | null,
): Promise<TicketDocument> {
  const options = qrOptions.parse(item.qr_options)
  const uses = (name: string) => template.variables.includes(name)
  const subject = templateVariables(item)
  const html = template.fill({
    ...subject,
    ...brandVariables(branding),
    ticketCode: item.ticket_code,
    qrPayload: item.qr_code_data,
    generatedAt: formatMoment(item.made_at, item.locale ?? 'en', item.timezone),
    ...(uses('qrCodeUrl') ? { qrCodeUrl: await qrDataUrl(item.qr_code_data, options) } : {}),
    ...(uses('qrCode') ? { qrCode: trustedMarkup(qrSvg(item.qr_code_data, options)) } : {}),
  })
  return {
    html,
    title: `${item.event_title} – ${item.ticket_code}`,
    createdAt: item.made_at,
    templateKey: `${item.template_id} ${item.template_version}`,
    ...(compared ? { compared } : {}),
  }
}
