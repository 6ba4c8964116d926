import { find } from '../../../functions/pages/door/find.ts'
import type { StudioSettings } from '../gateway/studio-routes.ts'
import { nameAsset } from './asset-name.ts'
import type { DraftAsset } from './draft.ts'
import { element, size } from './element.ts'

/** Is the list of a draft's pictures and fonts. */
export interface AssetsPanel {
  read(): DraftAsset[]
  write(assets: DraftAsset[]): void
}

/** Opens the list; `insert` types what names an asset into the source, `onChange` hears of every change. */
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
      const asset = await readFile(file)
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
  const isFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false
  addEventListener('dragover', (event) => {
    if (isFiles(event)) event.preventDefault()
  })
  addEventListener('drop', (event) => {
    if (!isFiles(event)) return
    // Wherever it is dropped: the browser would leave the page to open it.
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
  if (others.length >= limits.assets) return `is one too many: a template takes ${limits.assets} assets.`
  if (bytes > limits.assetBytes) return `is ${size(bytes)}: an asset may be ${size(limits.assetBytes)}.`
  return all > limits.assetsBytes ? `makes ${size(all)} of assets: they may be ${size(limits.assetsBytes)} together.` : undefined
}

async function readFile(file: File): Promise<DraftAsset> {
  const url = await readUrl(file)
  const content = url.slice(url.indexOf(',') + 1)
  return { name: nameAsset(file.name), type: file.type || 'font', bytes: file.size, content }
}

/** Reads a file as a `data:` URL in base64. */
function readUrl(file: File): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const reader = new FileReader()
  reader.addEventListener('load', () => resolve(String(reader.result)))
  reader.addEventListener('error', () => reject(reader.error))
  reader.readAsDataURL(file)
  return promise
}
