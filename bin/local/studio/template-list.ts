import { find } from '../../../functions/pages/door/find.ts'
import { count, element } from './element.ts'
import type { Summary } from './service-calls.ts'

/** Lists the templates. `current` is the open one; `drafts` are those with unsaved changes. */
export function showTemplates(templates: Summary[], { current, drafts }: { current: string; drafts: Set<string> }): void {
  const list = find('template-list', HTMLElement)
  // Rebuilding the list must not lose the keyboard focus.
  const focused = document.activeElement?.getAttribute('href')
  list.replaceChildren(...templates.map((template) => entry(template, { current, drafts })))
  if (focused && document.activeElement === document.body)
    list.querySelector<HTMLElement>(`a[href="${CSS.escape(focused)}"]`)?.focus()
  mark(find('new', HTMLElement), current === 'new')
  find('new', HTMLElement).textContent = drafts.has('new') ? 'New •' : 'New'
}

function entry(template: Summary, { current, drafts }: { current: string; drafts: Set<string> }): HTMLElement {
  const { templateId, name, status, builtIn, version, warnings } = template
  const place = String(templateId)
  const link = element('a', '', '')
  link.href = `#${place}`
  mark(link, place === current)
  const facts = [
    builtIn ? 'built-in' : `version ${version}`,
    status === 'archived' ? 'archived' : '',
    warnings.length > 0 ? count(warnings.length, 'warning') : '',
    drafts.has(place) ? 'unsaved' : '',
  ]
  link.append(element('strong', '', name), element('span', '', facts.filter(Boolean).join(' · ')))
  const item = element('li', status, '')
  item.append(link)
  return item
}

function mark(link: HTMLElement, isCurrent: boolean): void {
  if (isCurrent) link.setAttribute('aria-current', 'page')
  else link.removeAttribute('aria-current')
}
