import type * as z from 'zod'
import type { Detail } from './failures.ts'

/** Lists what a schema found wrong, with the path of each field as it is written in JSON. */
export function detailsOf(error: z.ZodError): Detail[] {
  return error.issues.map((issue) => ({ path: issue.path.map(String).join('.'), problem: problemOf(issue) }))
}

/** A union's own message says nothing; that of its first member does, for text is what a cell or an option holds. */
function problemOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_union') return issue.errors[0]?.[0]?.message ?? issue.message
  if (issue.code === 'unrecognized_keys') return `has names that are not known: ${issue.keys.join(', ')}`
  if (issue.code === 'invalid_type') return issue.message.replace(/^Invalid input: expected (\w+), received \w+$/, 'must be a $1')
  return issue.message
}
