import type { Draft } from './draft.ts'

/** Is what was written and not saved, and which version it began as. */
export interface KeptDraft {
  draft: Draft
  version: number
  keptAt: string
}

const prefix = 'studio:draft:'

/** Keeps what is not saved of a template in the browser. Answers whether there was room. */
export function keepDraft(place: string, draft: Draft, version: number): boolean {
  const kept: KeptDraft = { draft, version, keptAt: new Date().toISOString() }
  try {
    localStorage.setItem(prefix + place, JSON.stringify(kept))
    return true
  } catch {
    // Browsers keep about 5 MB, and nothing at all in some private windows: the page warns before it is left.
    return false
  }
}

/** Reads what was not saved of a template; null where there is nothing. */
export function readKeptDraft(place: string): KeptDraft | null {
  const kept = localStorage.getItem(prefix + place)
  if (kept === null) return null
  try {
    return JSON.parse(kept)
  } catch {
    forgetDraft(place)
    return null
  }
}

/** Forgets what was not saved of a template. */
export function forgetDraft(place: string): void {
  localStorage.removeItem(prefix + place)
}

/** Lists the templates of which something is not saved. */
export function keptPlaces(): Set<string> {
  return new Set(Object.keys(localStorage).flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : [])))
}
