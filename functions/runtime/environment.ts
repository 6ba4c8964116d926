import * as z from 'zod'
import { type Environment, type VariableName, variables } from '../contract/environment.ts'

/** Thrown for environment variables that are missing or wrong, before anything is done. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError'
}

/**
 * Reads the named environment variables, with their defaults; an empty value counts as not set.
 * @throws EnvironmentError that names every variable that is missing or wrong, and what it is for.
 */
export function readEnvironment<Name extends VariableName>(names: readonly Name[]): Environment<Name> {
  const shape = Object.fromEntries(names.map((name) => [name, variables[name].schema]))
  const values = Object.fromEntries(names.map((name) => [name, process.env[name] || undefined]))
  const parsed = z.object(shape).pipe(z.custom<Environment<Name>>()).safeParse(values)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(({ path, message }) => `${String(path[0])} ${message}. (${meaningOf(path[0])})`)
  throw new EnvironmentError(`The environment variable ${problems.join(' The environment variable ')}`)
}

function meaningOf(name: PropertyKey | undefined): string {
  const known = Object.entries(variables).find(([key]) => key === name)
  return known ? known[1].meaning : 'unknown variable'
}
