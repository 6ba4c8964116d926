import type { SentTemplate } from '../../contract/schemas/render.ts'
import type { FillableContent } from './compile-content.ts'
import type { TemplateContent } from './template-content.ts'

/** A template received by the renderer, its assets decoded. */
export type DecodedTemplate = FillableContent & Pick<SentTemplate, 'sample'>

/** Encodes a template for a request to the renderer, its assets in base64. */
export function encodeTemplate({ source, sample, labels, sheet, assets }: TemplateContent): SentTemplate {
  const sent = assets.map(({ name, type, content }) => ({ name, type, content: content.toString('base64') }))
  return { source, sample, labels, sheet, assets: sent }
}

/** Decodes a template that came in a request to the renderer. */
export function decodeTemplate({ source, labels, sample, assets }: SentTemplate): DecodedTemplate {
  return { source, labels, sample, assets: assets.map((asset) => ({ ...asset, content: Buffer.from(asset.content, 'base64') })) }
}
