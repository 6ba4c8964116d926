import { findActingIn } from '../assets/drawing-check.ts'
import { candidatesIn } from '../source/addresses.ts'
import { findLoads } from '../source/style-loads.ts'
import { readValue } from '../source/style-rules.ts'

/**
 * The place of a value that is checked when a ticket is filled. In a `style` attribute: a declaration's value or part
 * of it, a string, or `url(…)`. Elsewhere: the address of a picture, a list of those (`srcset`), an address in SVG,
 * which may also refer to a part of the ticket, a reference that must (`part`), a paint of SVG, or the continuation
 * of another file's address.
 */
export type StylePlace = 'value' | 'string' | 'url' | 'address' | 'candidates' | 'reference' | 'part' | 'paint' | 'continuation'

/**
 * Explains why a value must not be used in a `style` attribute or an address; undefined if it is safe. Escaping for
 * HTML does not prevent it from ending its declaration, loading a file, or commenting out what follows.
 */
export function findStyleProblem(text: string, place: StylePlace): string | undefined {
  if (place === 'continuation') return 'continues the address of another file; a ticket loads no files'
  if (place === 'address') return findAddressProblem(text)
  if (place === 'candidates') return candidatesIn(text).map(findAddressProblem).find(Boolean)
  if (place === 'reference') return text.trim().startsWith('#') ? undefined : findAddressProblem(text)
  if (place === 'part')
    return /^\s*(?:#|$)/.test(text) ? undefined : 'is not a part of the ticket, like #name; a ticket loads no files'
  if (place === 'paint') return findPaintProblem(text)
  if (place === 'url') return dataUrl.test(text) ? undefined : 'is not a data: URL of a picture or font in base64'
  if (place === 'string') return plainText.test(text) ? undefined : 'has quotes, backslashes or line breaks'
  const isPlain = valueCharacters.test(text) && !/\/[*/]/.test(text) && hasBalancedParentheses(text)
  const unsafe = Array.from(text.matchAll(functionName), ([, name = '']) => name.toLowerCase()).find(
    (name) => !safeFunctions.has(name),
  )
  return isPlain && unsafe === undefined ? undefined : 'is not a CSS colour, length, number or keyword'
}

function findAddressProblem(text: string): string | undefined {
  if (!/^\s*(?:data:image\/|$)/i.test(text)) return 'is not a data: URL of a picture; a ticket loads no files'
  const acting = findActingIn(text.trim())
  return acting?.code && `is a drawing with ${acting.what}, which a ticket never runs or loads`
}

function findPaintProblem(text: string): string | undefined {
  const isOutside = findLoads(text, readValue(text)).some(({ address = '' }) => !/^(?:#|data:)/i.test(address))
  return isOutside ? 'has the address of another file; a ticket loads no files' : undefined
}

const dataUrl = /^(?:data:(?:image|font)\/[a-z0-9.+-]+;base64,[A-Za-z0-9+/]*={0,2})?$/
const plainText = /^[^"'\\<>\p{Cc}]*$/u
/** Colours as `#c00` and `rgb(0 0 0 / 50%)`, lengths, numbers, keywords and names of fonts. */
const valueCharacters = /^[-+*/\p{L}\p{N}_.,%# ()]{0,200}$/u
const functionName = /([^\s(),/*+]*)\(/g
const safeFunctions = new Set([
  ...['rgb', 'rgba', 'hsl', 'hsla', 'hwb', 'lab', 'lch', 'oklab', 'oklch', 'color', 'color-mix', 'light-dark'],
  ...['calc', 'min', 'max', 'clamp', 'round', 'var'],
])

function hasBalancedParentheses(text: string): boolean {
  let depth = 0
  for (const character of text) {
    if (character === '(') depth++
    if (character === ')') depth--
    if (depth < 0) return false
  }
  return depth === 0
}
