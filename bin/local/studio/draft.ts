import { type Content, readStarter, readTemplate, type Template } from './service-calls.ts'

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

const emptyDraft: Draft = { name: '', source: '', sample: '', labels: '', sheet: '', assets: [] }

/** Converts a stored version to a draft. */
function draftOf({ name, source, sample, labels, sheet, assets }: Template): Draft {
  return { name, source, sample: writeJson(sample), labels: writeJson(labels), sheet: sheet ? writeJson(sheet) : '', assets }
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

/** Converts a draft to a request's content. Fields with invalid JSON are left out and explained in `broken`. */
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

/**
 * The open template: the stored version, null for a new template, and its draft without unsaved changes.
 * `place` identifies it in the URL and among the stored drafts: its id, or "new".
 */
export interface Opened {
  place: string
  template: Template | null
  saved: Draft
}

/** Reads the template to open: a version, by default the newest, or the starter of a new template. */
export async function readPlace(place: string, version?: number): Promise<Opened> {
  if (place === 'new') return { place, template: null, saved: { ...emptyDraft, source: await readStarter() } }
  return openedAs(await readTemplate(Number(place), version))
}

/** Wraps a template that was read or saved. */
export function openedAs(template: Template): Opened {
  return { place: String(template.templateId), template, saved: draftOf(template) }
}

/** Checks whether versions can be added: not to a built-in template, nor to a new one that is not saved yet. */
export function takesVersions({ template }: Opened): boolean {
  return template !== null && !template.builtIn
}

/** Unsaved changes, and the version that they are based on. */
export interface StoredDraft {
  draft: Draft
  version: number
  keptAt: string
}

/** The unsaved changes of one service's templates, which the browser keeps. */
export class StoredDrafts {
  private readonly prefix: string

  /** One origin may serve the studio of several services in turn; `service` keeps their drafts apart. */
  constructor(service: string) {
    this.prefix = `studio:draft:${service && `${service} `}`
  }

  /** Stores a template's unsaved changes; returns whether there was room. */
  store(place: string, draft: Draft, version: number): boolean {
    const stored: StoredDraft = { draft, version, keptAt: new Date().toISOString() }
    try {
      localStorage.setItem(this.prefix + place, JSON.stringify(stored))
      return true
    } catch {
      // Browsers store about 5 MB, and nothing in some private windows. The page then warns before it closes.
      return false
    }
  }

  /** Reads a template's unsaved changes; null if there are none. */
  read(place: string): StoredDraft | null {
    const stored = localStorage.getItem(this.prefix + place)
    if (stored === null) return null
    try {
      return JSON.parse(stored)
    } catch {
      this.delete(place)
      return null
    }
  }

  /** Deletes a template's unsaved changes. */
  delete(place: string): void {
    localStorage.removeItem(this.prefix + place)
  }

  /** Lists the templates with unsaved changes. */
  places(): Set<string> {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(this.prefix))
    return new Set(keys.map((key) => key.slice(this.prefix.length)))
  }
}
