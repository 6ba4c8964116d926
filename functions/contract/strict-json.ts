import { parseExactly } from './exact-json.ts'

const deepestNesting = 16

/** Parsed JSON, or what is wrong with it: `fault` completes a sentence, `problem` describes a field. */
type StrictJson = { value: unknown } | { fault: string; problem: string }

/** Parses JSON from outside: numbers are not rounded, nesting is bounded, and `__proto__` is refused as a name. */
export function parseStrictly(json: string): StrictJson {
  if (nestsTooDeep(json)) return { fault: 'nests too deep', problem: `must nest at most ${deepestNesting} levels deep` }
  try {
    const value = parseExactly(json)
    if (!usesProto(value)) return { value }
    return { fault: 'is not valid', problem: 'must not use __proto__: it is not allowed as a name' }
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/(?:, )?".*$/s, '') : ''
    return { fault: 'is not valid JSON', problem: `is not valid JSON: ${reason}` }
  }
}

/** Finds `__proto__`, the one name that schemas would drop without an error. */
function usesProto(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.hasOwn(value, '__proto__') || Object.values(value).some(usesProto)
}

/** Counts brackets outside of strings, so that no parser recurses into hostile text. */
function nestsTooDeep(json: string): boolean {
  let depth = 0
  let inString = false
  for (let at = 0; at < json.length && depth <= deepestNesting; at++) {
    const character = json[at]
    if (character === '"') inString = !inString
    else if (inString && character === '\\') at++
    else if (!inString && (character === '{' || character === '[')) depth++
    else if (!inString && (character === '}' || character === ']')) depth--
  }
  return depth > deepestNesting
}
