import { find } from '../../../functions/pages/door/find.ts'
import type { StudioSettings } from '../gateway/studio-routes.ts'
import type { DraftAsset } from './draft.ts'
import { element, readBase64, size } from './element.ts'

/** The list of a draft's images and fonts. */
export interface AssetsPanel {
  read(): DraftAsset[]
  write(assets: DraftAsset[]): void
}

/** Opens the list. `insert` writes a reference to an asset into the source; `onChange` follows each change. */
export function openAssets(
  limits: StudioSettings['limits'],
  { insert, onChange }: { insert(text: string): void; onChange(): void },
): AssetsPanel {
  let assets: DraftAsset[] = []
  const write = (next: DraftAsset[]) => {
    assets = next
    const remove = (asset: DraftAsset) => change(assets.filter((other) => other !== asset))
    find('assets', HTMLElement).replaceChildren(...assets.map((asset) => entry(asset, { insert, remove })))
    find('asset-count', HTMLElement).textContent = assets.length > 0 ? `(${assets.length})` : ''
  }
  const change = (next: DraftAsset[]) => {
    write(next)
    onChange()
  }
  const add = async (files: Iterable<File>) => {
    const problems: string[] = []
    for (const file of files) {
      const asset = await readAsset(file)
      const others = assets.filter(({ name }) => name !== asset.name)
      const problem = findProblem(asset, others, limits)
      if (problem) problems.push(`${file.name} ${problem}`)
      else change([...others, asset])
    }
    find('asset-problem', HTMLElement).textContent = problems.join('\n')
  }
  listenForFiles(add)
  return { read: () => assets, write }
}

function listenForFiles(add: (files: Iterable<File>) => void): void {
  const input = find('files', HTMLInputElement)
  input.addEventListener('change', () => {
    add([...(input.files ?? [])])
    input.value = ''
  })
  const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false
  addEventListener('dragover', (event) => {
    if (hasFiles(event)) event.preventDefault()
  })
  addEventListener('drop', (event) => {
    if (!hasFiles(event)) return
    // Anywhere on the page: otherwise the browser would navigate to the file.
    event.preventDefault()
    find('assets-part', HTMLDetailsElement).open = true
    add([...(event.dataTransfer?.files ?? [])])
  })
}

function entry(
  asset: DraftAsset,
  { insert, remove }: { insert(text: string): void; remove(asset: DraftAsset): void },
): HTMLElement {
  const item = element('li', '', '')
  const button = (text: string, act: () => void) => {
    const made = element('button', '', text)
    made.type = 'button'
    made.ariaLabel = `${text} ${asset.name}`
    made.addEventListener('click', act)
    return made
  }
  item.append(
    element('strong', '', asset.name),
    element('span', '', `${asset.type} · ${size(asset.bytes)}`),
    button('Insert', () => insert(`{{asset "${asset.name}"}}`)),
    button('Remove', () => remove(asset)),
  )
  return item
}

function findProblem({ bytes }: DraftAsset, others: DraftAsset[], limits: StudioSettings['limits']): string | undefined {
  const all = others.reduce((sum, other) => sum + other.bytes, bytes)
  if (others.length >= limits.assets) return `was not added: a template may have ${limits.assets} assets.`
  if (bytes > limits.assetBytes) return `was not added: it is ${size(bytes)}, and an asset may be ${size(limits.assetBytes)}.`
  return all > limits.assetsBytes
    ? `was not added: all assets would be ${size(all)}, and may be ${size(limits.assetsBytes)} together.`
    : undefined
}

async function readAsset(file: File): Promise<DraftAsset> {
  return { name: nameAsset(file.name), type: file.type || 'font', bytes: file.size, content: await readBase64(file) }
}

/**
 * Derives the name for `{{asset "…"}}` from a file name: unaccented letters, digits and hyphens, with a
 * lower-case letter first.
 */
export function nameAsset(fileName: string): string {
  const plain = fileName
    .replace(/\.[^.]*$/, '')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^[^A-Za-z]+|-+$/g, '')
    .slice(0, 40)
  return plain === '' ? 'asset' : plain.charAt(0).toLowerCase() + plain.slice(1)
}
