import { standardVariables } from '../../contract/template-language.ts'
import { exampleBranding } from '../../template/brand-variables.ts'
import type { TicketTemplate } from '../../template/compile.ts'
import { isThere } from '../../template/helpers/shown-value.ts'

/** Data of a guest that exercises another branch of a template, and the name of that branch. */
export interface TrialVariant {
  name: string
  variables: Record<string, unknown>
}

/**
 * Lists variants of a guest's data: both outcomes of each condition, each word that the template compares
 * with and another, lists of no, one and forty entries, and other values for its own variables. `base` is
 * data that the template can be filled with.
 */
export function listVariants(template: TicketTemplate, base: Readonly<Record<string, unknown>>): TrialVariant[] {
  const variants: TrialVariant[] = []
  const add = (name: string, change: Record<string, unknown>): void =>
    void variants.push({ name, variables: { ...base, ...change } })
  if (template.variables.some((name) => Object.hasOwn(exampleBranding, name))) add('with branding', exampleBranding)
  for (const { variable, kind, words } of template.branches) {
    if (Object.hasOwn(exampleBranding, variable)) continue
    if (kind === 'presence') add(`without ${variable}`, { [variable]: undefined })
    if (kind === 'presence' && !isThere(base[variable]))
      add(`with ${variable}`, { [variable]: template.examples.get(variable) ?? variable })
    if (kind === 'word')
      for (const word of [...words, 'other']) add(`${variable} ${word}`, { [variable]: word, ...directionOf(variable, word) })
    if (kind === 'list')
      for (const count of [0, 1, 40]) add(`${count} ${variable}`, { [variable]: repeat(base[variable], variable, count) })
  }
  const own = template.variables.filter((name) => !Object.hasOwn(standardVariables, name))
  for (const name of own) add(`another ${name}`, { [name]: another(base[name]) })
  return variants.slice(0, maxVariants)
}

const maxVariants = 40

function directionOf(variable: string, word: string): Record<string, string> {
  if (variable !== 'locale') return {}
  return { dir: ['ar', 'he', 'fa', 'ur'].includes(word.slice(0, 2)) ? 'rtl' : 'ltr' }
}

function repeat(value: unknown, name: string, count: number): unknown[] {
  const entries: unknown[] = Array.isArray(value) && value.length > 0 ? value : [name]
  return Array.from({ length: count }, (_, index) => entries[index % entries.length])
}

/** Makes another value of the same kind: a colour or a number may be the only valid one. */
function another(value: unknown): unknown {
  if (typeof value === 'number') return value + 1
  if (typeof value === 'boolean') return !value
  if (Array.isArray(value) || typeof value === 'object') return value
  const text = String(value)
  if (/^#[0-9a-f]{3,8}$/i.test(text)) return text.toLowerCase() === '#36c' ? '#c63' : '#36c'
  return /^\d+(\.\d+)?$/.test(text) ? String(Number(text) + 1) : `${text} 2`
}
