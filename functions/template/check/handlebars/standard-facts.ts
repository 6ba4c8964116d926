import { type StandardVariable, standardVariables } from '../../../contract/template-language.ts'

const standards: Readonly<Record<string, StandardVariable>> = standardVariables

/** The names of the standard variables. */
export const standardNames: readonly string[] = Object.keys(standards)

/** The names of the variables that no ticket can lack: the service gives them, or its event's branding may. */
export const givenByService: ReadonlySet<string> = new Set(
  Object.entries(standards).flatMap(([name, { given }]) => (given === 'always' || given === 'branding' ? [name] : [])),
)

/** Lists the variables from which the service writes a variable; any other is its own source. */
export function writtenFrom(name: string): readonly string[] {
  return (Object.hasOwn(standards, name) && standards[name]?.writtenFrom) || [name]
}

/**
 * Checks whether `{{#if}}` on a variable chooses between two forms of the same fact and so makes nothing
 * optional: every event has a date in one form or another.
 */
export function isAlternative(name: string): boolean {
  return certain.has(name) || !writtenFrom(name).includes(name)
}

/** The facts that every registered event has. */
const certain = new Set(['eventName', 'eventDate', 'startsAt', 'timezone', 'location'])
