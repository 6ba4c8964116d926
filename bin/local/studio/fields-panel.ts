import { type StandardVariable, standardVariables } from '../../../functions/contract/template-language.ts'
import { find } from '../../../functions/pages/door/find.ts'
import { element } from './element.ts'
import type { Ticket } from './preview.ts'
import type { Check } from './service-calls.ts'

const standards = new Map<string, StandardVariable>(Object.entries(standardVariables))

/** Lists the fields that a template uses, with what each shown guest has. */
export function showFields({ variables, required }: Pick<Check, 'variables' | 'required'>, tickets: Ticket[]): void {
  const head = row('th', ['Field', ...tickets.map(({ guest }) => guest)])
  const rows = variables.map((name) => {
    const shown = row(
      'td',
      tickets.map(({ content }) => describe(name, content.sample ?? {}, required)),
    )
    const field = element('th', '', required.includes(name) ? `${name} (required)` : name)
    field.scope = 'row'
    field.title = standards.get(name)?.meaning ?? ''
    shown.prepend(field)
    return shown
  })
  find('fields', HTMLTableElement).replaceChildren(head, ...rows)
  find('field-count', HTMLElement).textContent = variables.length > 0 ? `(${variables.length})` : ''
}

function row(cell: 'th' | 'td', texts: string[]): HTMLTableRowElement {
  const made = element('tr', '', '')
  made.append(...texts.map((text) => element(cell, '', text)))
  return made
}

/** Describes a guest's value, or what a preview shows without one. */
function describe(name: string, sample: Readonly<Record<string, unknown>>, required: string[]): string {
  const { given, writtenFrom } = standards.get(name) ?? {}
  // A sample cannot replace these.
  if (given === 'always') return 'by the service'
  const value = sample[name]
  if (value !== undefined) return typeof value === 'string' ? value : JSON.stringify(value)
  if (writtenFrom?.some((source) => source in sample)) return 'by the service'
  return given === 'event' || required.includes(name) ? 'an example' : '–'
}
