import type * as z from 'zod'
import type { FieldProblem } from './errors.ts'

const longestPath = 200

/** Describes the issues that a schema found: the first problem of each field. `parent` is the path of the value. */
export function fieldProblems(issues: readonly z.core.$ZodIssue[], parent: PropertyKey[] = []): FieldProblem[] {
  const problems = new Map<string, FieldProblem>()
  for (const issue of issues)
    for (const problem of problemsOf({ ...issue, path: [...parent, ...issue.path] }))
      if (!problems.has(problem.path)) problems.set(problem.path, problem)
  return [...problems.values()]
}

function problemsOf(issue: z.core.$ZodIssue): FieldProblem[] {
  const path = pathOf(issue.path)
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: pathOf([...issue.path, key]), problem: 'is not a field that this route takes' }))
  if (issue.code === 'invalid_type' && issue.input === undefined)
    return [{ path, problem: `is required: ${expectationOf(issue)}` }]
  if (issue.code === 'invalid_type' && issue.message.startsWith('Invalid input'))
    return [{ path, problem: `must be ${expectationOf(issue)}` }]
  if (issue.code === 'invalid_union') return [{ path, problem: 'must be text, a number, true, false, null, a list or an object' }]
  return [{ path, problem: issue.message }]
}

function expectationOf(issue: z.core.$ZodIssueInvalidType): string {
  const names: Record<string, string> = {
    int: 'an integer',
    number: 'an integer',
    string: 'text',
    array: 'a list',
    object: 'an object',
    record: 'an object',
  }
  return names[issue.expected] ?? issue.expected
}

/** Writes a path of a schema as a field's name: `guests[0].data.seat`. */
export function pathOf(path: PropertyKey[]): string {
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('')
  return text.replace(/^\./, '').slice(0, longestPath) || 'body'
}
