import { hasVisibleCharacter } from '../../contract/schemas/values.ts'

/**
 * Checks whether a value is present, for `{{#if}}` and optional facts. `0` is, as a number and as text; `false`, text
 * without a visible character and an empty list are not.
 */
export function isThere(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0
  if (typeof value === 'string') return hasVisibleCharacter(value)
  return value !== undefined && value !== null && value !== false
}

/**
 * Converts a value to text; an absent one to the empty text. Isolates text with directional formatting
 * characters, so that it does not reorder its surroundings (Unicode Standard Annex 9).
 * @throws Error with the variable's name when the value is an object or a list.
 */
export function shownText(value: unknown, name: string): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'object') {
    const kind = Array.isArray(value) ? 'a list' : 'an object'
    throw new Error(`${name} is ${kind}, not text; name one of its entries, or use {{#each}} or {{#with}}`)
  }
  const text = String(value)
  return directionalMark.test(text) ? isolate(text) : text
}

const directionalMark = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/

/** Isolates text. Drops unmatched closing marks, which would end the isolation early, and closes open ones. */
function isolate(text: string): string {
  let open = 0
  const inner = text.replace(/[\u2066-\u2069]/g, (mark) => {
    if (mark !== '\u2069') open++
    else if (open > 0) open--
    else return ''
    return mark
  })
  return `\u2068${inner}${'\u2069'.repeat(open)}\u2069`
}
