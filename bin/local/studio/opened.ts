import { type Draft, draftOf, newDraft } from './draft.ts'
import { readStarter, readTemplate, type Template } from './service-calls.ts'

/**
 * Is the template that is open: what is stored of it, null for a new one, and as what it would be written. `place` names it in the address and
 * among the drafts that are kept: its id, or "new".
 */
export interface Opened {
  place: string
  template: Template | null
  saved: Draft
}

/** Reads what is to be opened: a version of a template, the newest where none is named, or what a new template begins as. */
export async function readPlace(place: string, version?: number): Promise<Opened> {
  if (place === 'new') return { place, template: null, saved: newDraft(await readStarter()) }
  return openedAs(await readTemplate(Number(place), version))
}

/** Opens a template as it was read or saved. */
export function openedAs(template: Template): Opened {
  return { place: String(template.templateId), template, saved: draftOf(template) }
}

/** Tells whether a version can be added to it: a built-in template takes none, and a new one has yet to be added. */
export function takesVersions({ template }: Opened): boolean {
  return template !== null && !template.builtIn
}
