import { find } from '../../../functions/pages/door/find.ts'
import type { StudioSettings } from '../gateway/studio-routes.ts'
import { openAssets } from './assets-panel.ts'
import { type Draft, jsonFields } from './draft.ts'
import { type Editor, openEditor } from './editor.ts'

/** The fields of a template. */
export interface Form extends Pick<Editor, 'mark' | 'goTo'> {
  read(): Draft
  write(draft: Draft): void
  /** Shows the messages for fields with invalid JSON, and clears the other fields' messages. */
  showBroken(broken: Record<string, string>): void
}

/** Opens the fields of a template. `onChange` is called after every edit. */
export function openForm(limits: StudioSettings['limits'], onChange: () => void): Form {
  const editor = openEditor(onChange)
  const assets = openAssets(limits, { insert: editor.insert, onChange })
  const name = find('name', HTMLInputElement)
  const field = (id: string) => find(id, HTMLTextAreaElement)
  for (const input of [name, ...jsonFields.map(field)]) input.addEventListener('input', onChange)
  return {
    mark: editor.mark,
    goTo: editor.goTo,
    read: () => ({
      name: name.value,
      source: editor.read(),
      sample: field('sample').value,
      labels: field('labels').value,
      sheet: field('sheet').value,
      assets: assets.read(),
    }),
    write: (draft) => {
      editor.write(draft.source)
      if (name.value !== draft.name) name.value = draft.name
      for (const id of jsonFields) if (field(id).value !== draft[id]) field(id).value = draft[id]
      assets.write(draft.assets)
    },
    showBroken: (broken) => {
      for (const id of jsonFields) {
        field(id).setAttribute('aria-invalid', String(id in broken))
        find(`${id}-problem`, HTMLElement).textContent = broken[id] ?? ''
      }
    },
  }
}
