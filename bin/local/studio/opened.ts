import { type Draft, draftOf, newDraft } from './draft.ts'
import { readStarter, readTemplate, type Template } from './service-calls.ts'

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
  if (place === 'new') return { place, template: null, saved: newDraft(await readStarter()) }
  return openedAs(await readTemplate(Number(place), version))
}

/** Wraps a template that was read or saved. */
export function openedAs(template: Template): Opened {
  return { place: String(template.templateId), template, saved: draftOf(template) }
}

/**
 * Checks whether versions can be added: not to a built-in template, nor to a new one that is not saved yet.
 */
export function takesVersions({ template }: Opened): boolean {
  return template !== null && !template.builtIn
}
