import { compileTemplate, type TicketTemplate } from '../../template/compile.ts'
import type { TemplateParts } from '../../template/helpers/helpers.ts'
import type { TemplateContent } from './template-content.ts'

/** The parts of a template that filling it needs. */
export type FillableContent = Pick<TemplateContent, 'source' | 'labels'> & {
  assets: Pick<TemplateContent['assets'][number], 'name' | 'type' | 'content'>[]
}

/** Compiles a template with its assets inlined. @throws TemplateInvalidError with every line and column. */
export function compileContent(content: FillableContent): TicketTemplate {
  return compileTemplate(content.source, partsOf(content))
}

/** Returns the parts beside a template's source: its assets as `data:` URLs, and its labels. */
export function partsOf({ labels, assets }: FillableContent): TemplateParts {
  const urls = assets.map(({ name, type, content }) => [name, `data:${type};base64,${content.toString('base64')}`])
  return { labels, assets: Object.fromEntries(urls) }
}
