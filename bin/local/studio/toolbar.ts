import { find } from '../../../functions/pages/door/find.ts'
import { type Opened, takesVersions } from './draft.ts'
import { count, element } from './element.ts'
import { whileBusy } from './page.ts'
import type { Summary } from './service-calls.ts'

/** Shows the actions for the open template. `isChanged` means that it has unsaved changes. */
export function showToolbar(opened: Opened, { isChanged, readOnly }: { isChanged: boolean; readOnly: boolean }): void {
  const { template } = opened
  const save = find('save', HTMLButtonElement)
  save.hidden = readOnly || !takesVersions(opened)
  save.textContent = 'Save version'
  const saveNew = find('save-new', HTMLButtonElement)
  saveNew.hidden = readOnly
  saveNew.textContent = template ? 'Save as new' : 'Save'
  saveNew.className = takesVersions(opened) ? '' : 'primary'
  const archive = find('archive', HTMLButtonElement)
  archive.hidden = save.hidden
  archive.textContent = template?.status === 'archived' ? 'Restore' : 'Archive'
  showVersions(opened, isChanged)
  document.title = `${isChanged ? '• ' : ''}${template?.name ?? 'New template'} – Studio`
}

/** Shows a message about unsaved changes; an empty text hides it. */
export function showUnsaved(text: string): void {
  const unsaved = find('unsaved', HTMLElement)
  unsaved.hidden = text === ''
  const message = unsaved.querySelector('span')
  if (message && message.textContent !== text) message.textContent = text
}

/** Shows the status of an action. */
export function showStatus(text: string): void {
  find('saved', HTMLElement).textContent = text
}

/** Disables the toolbar's buttons while an action runs, and shows its error if it fails. */
export async function whileToolbarBusy(status: string, act: () => Promise<void>): Promise<void> {
  await whileBusy({ ids: ['save', 'save-new', 'try', 'archive', 'download'], show: showStatus }, status, act)
}

function showVersions({ template }: Opened, isChanged: boolean): void {
  find('version-choice', HTMLElement).hidden = !template
  const choice = find('version', HTMLSelectElement)
  choice.disabled = isChanged
  choice.title = isChanged ? 'Save or discard the changes to open another version.' : 'Version'
  const versions = template?.versions ?? []
  const key = versions.map(({ version }) => version).join()
  if (choice.dataset.versions !== key) {
    choice.replaceChildren(...versions.map(({ version }) => element('option', '', `v${version}`)))
    for (const [index, option] of [...choice.options].entries()) option.value = String(versions[index]?.version)
    choice.dataset.versions = key
  }
  choice.value = String(template?.version ?? '')
}

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
