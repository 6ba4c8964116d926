import type * as z from 'zod'
import type { TemplateRenderer } from '../../aws/ticket-renderer.ts'
import type { draftPreviewRequest, PreviewLook, previewRequest } from '../../contract/schemas/templates.ts'
import type { Clients } from '../clients.ts'
import { expectOutcome } from '../rendering/renderer-answer.ts'
import { findVersion } from './choose-version.ts'
import { encodeTemplate, readDraft, readVersion, type TemplateContent, withoutAbsent } from './template-content.ts'

/**
 * Previews a draft as a PDF, or a page as a PNG. Nothing is stored.
 * @throws ValidationError that lists every invalid asset, or TicketGenerationError of the renderer.
 */
export async function previewDraft({ sql, trials }: Clients<'sql' | 'trials'>, request: z.output<typeof draftPreviewRequest>) {
  return await show(trials, await readDraft(sql, request), request)
}

/**
 * Previews a version of a template as a PDF, or a page as a PNG. Nothing is stored.
 * @throws TemplateNotFoundError, or TicketGenerationError of the renderer.
 */
export async function previewTemplate(
  { sql, trials }: Clients<'sql' | 'trials'>,
  templateId: number,
  request: z.output<typeof previewRequest>,
) {
  const row = await findVersion(sql, { templateId, templateVersion: request.version })
  return await show(trials, await readVersion(sql, row), request)
}

async function show(trials: TemplateRenderer, content: TemplateContent, look: PreviewLook) {
  const { format, page, width, dpi, data = {} } = look
  const image = format === 'png' ? { page, width, dpi } : undefined
  const answer = await trials.ask({ preview: { ...encodeTemplate(content), data: withoutAbsent(data), image } })
  const { pageCount, content: preview } = expectOutcome(answer, 'shown')
  return {
    media: image ? ('image/png' as const) : ('application/pdf' as const),
    content: Buffer.from(preview, 'base64'),
    headers: { 'x-page-count': String(pageCount) },
  }
}
