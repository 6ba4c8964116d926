import type * as z from 'zod'
import type { TemplateRenderer } from '../../aws/ticket-renderer.ts'
import type { draftPreviewRequest, PreviewLook, previewRequest } from '../../contract/schemas/templates.ts'
import type { Sql } from '../../database/client.ts'
import { TicketGenerationError } from '../../errors.ts'
import { findVersion } from './read-template.ts'
import { sendTemplate } from './send-template.ts'
import { readDraft, readVersion, type TemplateContent, withoutAbsent } from './template-content.ts'

type Clients = { sql: Sql; trials: TemplateRenderer }

/**
 * Shows a draft as a PDF, or as one page of it as a PNG. Nothing is stored.
 * @throws ValidationError that names every asset that is none, or a page that there is not.
 * @throws TemplateInvalidError when it cannot be filled, with every line and column.
 * @throws TicketGenerationError with the code that the printing ended with.
 */
export async function previewDraft({ sql, trials }: Clients, request: z.output<typeof draftPreviewRequest>) {
  return await show(trials, await readDraft(sql, request), request)
}

/**
 * Shows a version of a template as a PDF, or as one page of it as a PNG. Nothing is stored.
 * @throws TemplateNotFoundError when there is no such template or version.
 * @throws ValidationError when there is no such page.
 * @throws TemplateInvalidError when it cannot be filled, with every line and column.
 * @throws TicketGenerationError with the code that the printing ended with.
 */
export async function previewTemplate({ sql, trials }: Clients, templateId: number, request: z.output<typeof previewRequest>) {
  const row = await findVersion(sql, templateId, request.version)
  return await show(trials, await readVersion(sql, row), request)
}

async function show(trials: TemplateRenderer, content: TemplateContent, look: PreviewLook) {
  const { format, page, width, dpi, data = {} } = look
  const image = format === 'png' ? { page, width, dpi } : undefined
  const answer = await trials.ask({ preview: { ...sendTemplate(content), data: withoutAbsent(data), image } })
  if ('code' in answer) throw new TicketGenerationError(answer.message, answer.code, 'details' in answer ? answer.details : [])
  if (answer.outcome !== 'shown') throw new Error(`The renderer answered a preview with ${answer.outcome}.`)
  return {
    media: image ? ('image/png' as const) : ('application/pdf' as const),
    content: Buffer.from(answer.content, 'base64'),
    headers: { 'x-page-count': String(answer.pageCount) },
  }
}
