import { find } from '../../../functions/pages/door/find.ts'
import { count, element } from './element.ts'
import type { Summary } from './service-calls.ts'

/** Lists the templates; `current` is the place that is open, `kept` are those of which something is not saved. */
export function showTemplates(templates: Summary[], { current, kept }: { current: string; kept: Set<string> }): void {
  const list = find('template-list', HTMLElement)
  // Who moves through the list by keyboard stays where he is when it is written anew.
  const focused = document.activeElement?.getAttribute('href')
  list.replaceChildren(...templates.map((template) => entry(template, { current, kept })))
  if (focused && document.activeElement === document.body)
    list.querySelector<HTMLElement>(`a[href="${CSS.escape(focused)}"]`)?.focus()
  mark(find('new', HTMLElement), current === 'new')
  find('new', HTMLElement).textContent = kept.has('new') ? 'New •' : 'New'
}

function entry(template: Summary, { current, kept }: { current: string; kept: Set<string> }): HTMLElement {
  const { templateId, name, status, builtIn, version, warnings } = template
  const place = String(templateId)
  const link = element('a', '', '')
  link.href = `#${place}`
  mark(link, place === current)
  const facts = [
    builtIn ? 'built-in' : `version ${version}`,
    status === 'archived' ? 'archived' : '',
    warnings.length > 0 ? count(warnings.length, 'warning') : '',
    kept.has(place) ? 'not saved' : '',
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
