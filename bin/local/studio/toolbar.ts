import { find } from '../../../functions/pages/door/find.ts'
import { element } from './element.ts'
import { type Opened, takesVersions } from './opened.ts'

/** Shows what can be done with the template that is open; `isChanged` is whether something of it is not saved. */
export function showToolbar(opened: Opened, isChanged: boolean): void {
  const { template } = opened
  const save = find('save', HTMLButtonElement)
  save.hidden = !takesVersions(opened)
  save.textContent = 'Save version'
  find('save-new', HTMLButtonElement).textContent = template ? 'Save as new' : 'Save'
  find('save-new', HTMLButtonElement).className = takesVersions(opened) ? '' : 'primary'
  const archive = find('archive', HTMLButtonElement)
  archive.hidden = !takesVersions(opened)
  archive.textContent = template?.status === 'archived' ? 'Take back' : 'Archive'
  showVersions(opened, isChanged)
  document.title = `${isChanged ? '• ' : ''}${template?.name ?? 'New template'} – Studio`
}

/** Says what is not saved, and since when if it was kept from before; hides that where all is saved. */
export function showUnsaved(text: string): void {
  const unsaved = find('unsaved', HTMLElement)
  unsaved.hidden = text === ''
  const said = unsaved.querySelector('span')
  if (said && said.textContent !== text) said.textContent = text
}

/** Tells what became of an action. */
export function tell(text: string): void {
  find('saved', HTMLElement).textContent = text
}

/** Keeps the buttons from being pressed while an action runs. */
export async function whileBusy(said: string, act: () => Promise<void>): Promise<void> {
  const buttons = ['save', 'save-new', 'try', 'archive', 'download'].map((id) => find(id, HTMLButtonElement))
  if (buttons.some(({ ariaDisabled }) => ariaDisabled === 'true')) return
  // A disabled button would lose the focus; one that says it is keeps it.
  for (const button of buttons) button.ariaDisabled = 'true'
  tell(said)
  try {
    await act()
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error))
  } finally {
    for (const button of buttons) button.ariaDisabled = null
  }
}

function showVersions({ template }: Opened, isChanged: boolean): void {
  find('version-choice', HTMLElement).hidden = !template
  const choice = find('version', HTMLSelectElement)
  choice.disabled = isChanged
  choice.title = isChanged ? 'Save or discard the changes to see another version.' : 'Version'
  const versions = template?.versions ?? []
  const key = versions.map(({ version }) => version).join()
  if (choice.dataset.versions !== key) {
    choice.replaceChildren(...versions.map(({ version }) => element('option', '', `v${version}`)))
    for (const [index, option] of [...choice.options].entries()) option.value = String(versions[index]?.version)
    choice.dataset.versions = key
  }
  choice.value = String(template?.version ?? '')
}
