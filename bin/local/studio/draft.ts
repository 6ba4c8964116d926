import type { Content, Template } from './service-calls.ts'

/** An asset of a draft: a stored one by its hash, or a new one with its content in base64. */
export interface DraftAsset {
  name: string
  type: string
  bytes: number
  sha256?: string
  content?: string
}

/** The fields of a draft that are edited as JSON. */
export const jsonFields = ['sample', 'labels', 'sheet'] as const

/** A template being edited. Its JSON fields are kept as text, which may be invalid while it is typed. */
export interface Draft extends Record<(typeof jsonFields)[number], string> {
  name: string
  source: string
  assets: DraftAsset[]
}

/** Converts a stored version to a draft. */
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

/** Makes the draft of a new template. */
export function newDraft(source: string): Draft {
  return { name: '', source, sample: '', labels: '', sheet: '', assets: [] }
}

/** Compares two drafts by what would be saved. */
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
 * Converts a draft to a request's content. Fields with invalid JSON are left out and explained in `broken`.
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
      broken[field] = `is not valid JSON: ${error instanceof Error ? error.message : error}`
    }
  }
  return { content, broken }
}

function writeJson(value: object): string {
  return Object.keys(value).length === 0 ? '' : JSON.stringify(value, null, 2)
}
