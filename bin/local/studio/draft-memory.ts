import type { Draft } from './draft.ts'

/** Unsaved changes, and the version that they are based on. */
export interface StoredDraft {
  draft: Draft
  version: number
  keptAt: string
}

const prefix = 'studio:draft:'

/** Stores a template's unsaved changes in the browser; returns whether there was room. */
export function storeDraft(place: string, draft: Draft, version: number): boolean {
  const stored: StoredDraft = { draft, version, keptAt: new Date().toISOString() }
  try {
    localStorage.setItem(prefix + place, JSON.stringify(stored))
    return true
  } catch {
    // Browsers store about 5 MB, and nothing in some private windows. The page then warns before it is
    // closed.
    return false
  }
}

/** Reads a template's unsaved changes; null if there are none. */
export function readStoredDraft(place: string): StoredDraft | null {
  const stored = localStorage.getItem(prefix + place)
  if (stored === null) return null
  try {
    return JSON.parse(stored)
  } catch {
    deleteStoredDraft(place)
    return null
  }
}

/** Deletes a template's unsaved changes. */
export function deleteStoredDraft(place: string): void {
  localStorage.removeItem(prefix + place)
}

/** Lists the templates with unsaved changes. */
export function placesWithDrafts(): Set<string> {
  return new Set(Object.keys(localStorage).flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : [])))
}
