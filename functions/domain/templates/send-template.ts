import type { SentTemplate } from '../../contract/schemas/render.ts'
import type { TemplateContent } from './template-content.ts'

/** Puts a template into a request to the function that tries and shows templates. */
export function sendTemplate({ source, sample, labels, sheet, assets }: TemplateContent): SentTemplate {
  const sent = assets.map(({ name, type, content }) => ({ name, type, content: content.toString('base64') }))
  return { source, sample, labels, sheet, assets: sent }
}
