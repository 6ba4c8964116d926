import { compileTemplate, type TicketTemplate } from '../../template/compile.ts'
import type { TemplateParts } from '../../template/helpers/helpers.ts'
import type { TemplateContent } from './template-content.ts'

/** What a template is filled from. */
export type FillableContent = Pick<TemplateContent, 'source' | 'labels'> & {
  assets: Pick<TemplateContent['assets'][number], 'name' | 'type' | 'content'>[]
}

/**
 * Makes a template ready to fill, its assets inlined.
 * @throws TemplateInvalidError with every problem's line and column.
 */
export function compileContent(content: FillableContent): TicketTemplate {
  return compileTemplate(content.source, partsOf(content))
}

/** Gives what comes with a template's source: its assets as `data:` URLs, and its labels. */
export function partsOf({ labels, assets }: FillableContent): TemplateParts {
  const urls = assets.map(({ name, type, content }) => [name, `data:${type};base64,${content.toString('base64')}`])
  return { labels, assets: Object.fromEntries(urls) }
}
