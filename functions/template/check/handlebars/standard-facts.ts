import { type StandardVariable, standardVariables } from '../../../contract/template-language.ts'

const standards: Readonly<Record<string, StandardVariable>> = standardVariables

/** The names of the standard variables. */
export const standardNames: readonly string[] = Object.keys(standards)

/** The names of the variables that the service always gives. */
export const givenByService: ReadonlySet<string> = new Set(
  Object.entries(standards).flatMap(([name, { given }]) => (given === 'always' ? [name] : [])),
)

/** Lists the variables from which the service writes a variable; any other is its own source. */
export function writtenFrom(name: string): readonly string[] {
  return (Object.hasOwn(standards, name) && standards[name]?.writtenFrom) || [name]
}

/** Checks whether `{{#if}}` on a variable only chooses a form of one fact, and makes nothing optional. */
export function isAlternative(name: string): boolean {
  return certain.has(name) || !writtenFrom(name).includes(name)
}

/** The facts that every registered event has. */
const certain = new Set(['eventName', 'eventDate', 'startsAt', 'timezone', 'location'])
