import type * as z from 'zod'
import { defaultQrOptions, qrSvg } from '../../codes/qr-code.ts'
import type { Branding, eventPreviewAnswer, eventPreviewRequest } from '../../contract/schemas/branding.ts'
import { firstOwnTemplateId } from '../../contract/schemas/templates.ts'
import type { DataValue } from '../../contract/schemas/values.ts'
import { type EventRow, findBranding } from '../../database/events.ts'
import { listBuiltInIds } from '../../database/templates.ts'
import { writeFailurePage } from '../../pages/mobile-ticket-page.ts'
import { LinkExpiredError } from '../../trust/guest-links.ts'
import { writeApplePreview, writeGooglePreview } from '../../wallet/pass-preview.ts'
import type { Clients } from '../clients.ts'
import { guestTicketOf } from '../links/guest-ticket.ts'
import { writePage } from '../links/open-mobile-ticket.ts'
import { expectOutcome } from '../rendering/renderer-answer.ts'
import { sampleItem } from '../rendering/sample-item.ts'
import { findVersion } from '../templates/choose-version.ts'
import { encodeTemplate, readVersion } from '../templates/template-content.ts'
import { requireEvent } from './read-events.ts'
import { readBranding } from './replace-branding.ts'

type PreviewClients = Clients<'sql' | 'trials'>
type Answer = z.input<typeof eventPreviewAnswer>

/** The width of a preview in pixels. */
const previewWidth = 600

/**
 * Shows every form of a sample guest's ticket of an event, in its own branding or in that of the request: the
 * built-in designs, the page for phones, both wallets and a failed link. Nothing is stored.
 * @throws EventNotFoundError, what `readBranding` throws, or TicketGenerationError of the renderer.
 */
export async function previewEvent(
  clients: PreviewClients,
  eventId: number,
  request: z.output<typeof eventPreviewRequest>,
): Promise<Answer> {
  const { sql } = clients
  const event = await requireEvent(sql, eventId)
  const tried = request.branding && (await readBranding(clients, request.branding))
  const branding = tried ? tried.branding : ((await findBranding(sql, eventId))?.branding ?? null)
  const data = { ...factsOf(event), locale: request.locale ?? 'en' }
  const forms: Answer['forms'] = []
  for (const templateId of await listBuiltInIds(sql, firstOwnTemplateId))
    forms.push(await drawDesign(clients, templateId, { data, branding }))
  forms.push(...(await writePages(data, branding)))
  return { eventId, forms, mended: tried?.mended ?? [] }
}

/** Returns the facts of an event in the form of a ticket request. */
function factsOf({ title, starts_at, ends_at, timezone, location, details }: EventRow): Record<string, DataValue> {
  return {
    ...details,
    eventName: title,
    timezone,
    ...(starts_at ? { startsAt: starts_at.toISOString() } : {}),
    ...(ends_at ? { endsAt: ends_at.toISOString() } : {}),
    ...(location ? { location } : {}),
  }
}

async function drawDesign(
  { sql, trials }: PreviewClients,
  templateId: number,
  { data, branding }: { data: Record<string, DataValue>; branding: Branding | null },
): Promise<Answer['forms'][number]> {
  const row = await findVersion(sql, { templateId, templateVersion: undefined })
  const { sample, ...template } = encodeTemplate(await readVersion(sql, row))
  // The event's own facts replace those of the sample.
  const guest = Object.fromEntries(Object.entries(sample).filter(([name]) => !/^(?:event|startsAt|endsAt|location)/.test(name)))
  const image = { page: 1, width: previewWidth }
  const preview = { ...template, sample: guest, data, image, ...(branding ? { branding } : {}) }
  const { content } = expectOutcome(await trials.ask({ preview }), 'shown')
  return { form: row.name, templateId, type: 'image/png', content }
}

/**
 * Writes what phones show: the ticket's page, the page of a failed link, and the passes roughly as wallets
 * show them.
 */
async function writePages(data: Record<string, DataValue>, branding: Branding | null): Promise<Answer['forms']> {
  const guest = { firstName: 'Ada', lastName: 'Lovelace', ticketType: 'VIP', gate: 'B', section: '104', row: '12', seat: '4' }
  const item = { ...sampleItem({ required: [], examples: new Map() }, guest, data), expires_at: null, revoked_at: null }
  const links = { map: null, calendar: null, apple: null, google: null, pdf: null, png: null }
  const page = await writePage(item, branding, links)
  const ticket = guestTicketOf(item, branding)
  const failure = await writeFailurePage(new LinkExpiredError('').withBranding(branding), ticket.locale)
  const qr = qrSvg(item.qr_code_data, defaultQrOptions)
  const type = 'text/html'
  return [
    { form: 'mobile page', type, content: page.content.toString() },
    { form: 'Apple Wallet', type, content: writeApplePreview(ticket, qr) },
    { form: 'Google Wallet', type, content: writeGooglePreview(ticket, qr) },
    { form: 'failed link', type, content: failure.content.toString() },
  ]
}
