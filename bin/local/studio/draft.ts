import type { Content, Template } from './service-calls.ts'

/** Is an asset of a draft: one that the service has, by its hash, or a new one with its content in base64. */
export interface DraftAsset {
  name: string
  type: string
  bytes: number
  sha256?: string
  content?: string
}

/** Lists the fields of a draft that people write as JSON. */
export const jsonFields = ['sample', 'labels', 'sheet'] as const

/** Is a template that is being written; what is JSON in it is kept as text, which need not be JSON at every moment. */
export interface Draft extends Record<(typeof jsonFields)[number], string> {
  name: string
  source: string
  assets: DraftAsset[]
}

/** Makes a draft of a stored version. */
export function draftOf({ name, source, sample, labels, sheet, assets }: Template): Draft {
  return {
    name,
    source,
    sample: writeJson(sample),
    labels: writeJson(labels),
    sheet: sheet ? writeJson(sheet) : '',
    assets,
  }
}

/** Makes the draft that a new template begins as. */
export function newDraft(source: string): Draft {
  return { name: '', source, sample: '', labels: '', sheet: '', assets: [] }
}

/** Tells whether two drafts would be the same template. */
export function isSameDraft(one: Draft, other: Draft): boolean {
  const parts = ({ assets, ...rest }: Draft) =>
    JSON.stringify([
      rest.name,
      rest.source,
      ...jsonFields.map((field) => rest[field].trim()),
      assets.map(({ name, sha256, content }) => [name, sha256 ?? content]),
    ])
  return parts(one) === parts(other)
}

/**
 * Writes a draft as the service takes it. A field that is no JSON at this moment is left out, and named in `broken`.
 */
export function contentOf({ name, source, assets, ...fields }: Draft): { content: Content; broken: Record<string, string> } {
  const broken: Record<string, string> = {}
  const content: Content = {
    name: name.trim(),
    source,
    assets: assets.map(({ name, sha256, content }) => (sha256 === undefined ? { name, content } : { name, sha256 })),
  }
  for (const field of jsonFields) {
    if (fields[field].trim() === '') continue
    try {
      content[field] = JSON.parse(fields[field])
    } catch (error) {
      broken[field] = `is no JSON: ${error instanceof Error ? error.message : error}`
    }
  }
  return { content, broken }
}

function writeJson(value: object): string {
  return Object.keys(value).length === 0 ? '' : JSON.stringify(value, null, 2)
}
