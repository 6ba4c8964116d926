import type * as z from 'zod'
import type { Detail } from './failures.ts'

/** Lists the problems that a schema found, with the JSON path of each field. */
export function detailsOf(error: z.ZodError): Detail[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map(String).join('.')
    if (issue.code !== 'unrecognized_keys') return [{ path, problem: problemOf(issue) }]
    return issue.keys.map((key) => ({
      path: [...issue.path, key].map(String).join('.'),
      problem: 'is not a known field',
    }))
  })
}

const kinds: Record<string, string> = { string: 'text', array: 'a list', object: 'an object', record: 'an object' }

/** A union's own message says nothing; that of its first member does, since cells and options hold text. */
function problemOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_union') return issue.errors[0]?.[0]?.message ?? issue.message
  const [, received] = /^Invalid input: expected \w+, received (\w+)$/.exec(issue.message) ?? []
  if (issue.code !== 'invalid_type' || received === undefined) return issue.message
  const kind = kinds[issue.expected] ?? `a ${issue.expected}`
  return received === 'undefined' ? `is missing; it must be ${kind}` : `must be ${kind}`
}
