import { find } from '../../../functions/pages/door/find.ts'
import { CallError, type Content, type Look, previewDraft } from './service-calls.ts'

/** The preview of a template. */
export interface Preview {
  /** Shows a draft, superseding earlier calls. If it cannot, the last good preview stays, with a note. */
  show(content: Content, guest: string): Promise<void>
}

/** Opens the preview. `onViewChange` is called when another page or size is chosen. */
export function openPreview(onViewChange: () => void): Preview {
  let page = 1
  let running: AbortController | undefined
  const turn = (step: number) => () => {
    page += step
    onViewChange()
  }
  find('page-before', HTMLButtonElement).addEventListener('click', turn(-1))
  find('page-after', HTMLButtonElement).addEventListener('click', turn(1))
  find('zoom', HTMLSelectElement).addEventListener('change', onViewChange)
  const draw = async (content: Content, guest: string, signal: AbortSignal): Promise<void> => {
    const look = chooseSize()
    const { file, pageCount } = await previewDraft(content, { format: 'png', page, ...look }, signal)
    await showPicture(file, look)
    find('picture', HTMLImageElement).alt = `Page ${page} of ${pageCount}, for ${guest}`
    showPages(page, pageCount)
  }
  const drawSomePage = async (content: Content, guest: string, signal: AbortSignal): Promise<void> => {
    try {
      await draw(content, guest, signal)
    } catch (error) {
      // The template may have fewer pages than it had.
      if (page === 1 || !(error instanceof CallError) || !error.details.some(({ path }) => path === 'page')) throw error
      page = 1
      await draw(content, guest, signal)
    }
  }
  return {
    show: async (content, guest) => {
      running?.abort()
      const mine = new AbortController()
      running = mine
      setState('working')
      try {
        await drawSomePage(content, guest, mine.signal)
        setState('current')
      } catch (error) {
        if (mine.signal.aborted) return
        setState('stale', explain(error))
      }
    },
  }
}

/** Downloads all pages of a draft as a PDF file named after the template. */
export async function downloadPdf(content: Content): Promise<void> {
  const { file } = await previewDraft(content, { format: 'pdf' })
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = `${content.name || 'template'}.pdf`
  link.click()
  // The browser has started reading the blob by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 1000)
}

const cssDpi = 96

/** Chooses a size that matches the screen's pixels. */
function chooseSize(): Pick<Look, 'width' | 'dpi'> {
  const zoom = find('zoom', HTMLSelectElement).value
  const clamp = (value: number, min: number, max: number) => Math.min(max, Math.max(min, Math.round(value)))
  if (zoom !== 'fit') return { dpi: clamp(Number(zoom) * cssDpi * devicePixelRatio, 36, 300) }
  const { paddingLeft, paddingRight } = getComputedStyle(find('paper', HTMLElement))
  const free = find('paper', HTMLElement).clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight)
  return { width: clamp(free * devicePixelRatio, 50, 2000) }
}

async function showPicture(file: Blob, { dpi }: Pick<Look, 'dpi'>): Promise<void> {
  const picture = find('picture', HTMLImageElement)
  const before = picture.src
  picture.src = URL.createObjectURL(file)
  await picture.decode()
  picture.hidden = false
  const zoom = Number(find('zoom', HTMLSelectElement).value)
  picture.style.width = dpi === undefined ? '100%' : `${(picture.naturalWidth * zoom * cssDpi) / dpi}px`
  if (before) URL.revokeObjectURL(before)
}

function showPages(page: number, pageCount: number): void {
  find('pages', HTMLElement).hidden = pageCount === 1
  find('page', HTMLElement).textContent = `Page ${page} of ${pageCount}`
  find('page-before', HTMLButtonElement).disabled = page === 1
  find('page-after', HTMLButtonElement).disabled = page === pageCount
}

function explain(error: unknown): string {
  const kept = find('picture', HTMLImageElement).hidden ? '' : 'This is the last good preview. '
  // The editor shows the errors at their lines.
  if (error instanceof CallError && error.code === 'TEMPLATE_INVALID') return `${kept}The template has errors.`
  return kept + (error instanceof Error ? error.message : String(error))
}

function setState(state: 'working' | 'current' | 'stale', note = ''): void {
  find('paper', HTMLElement).dataset.state = state
  find('paper', HTMLElement).setAttribute('aria-busy', String(state === 'working'))
  // The last note stays while a new preview is made; otherwise it would flicker with every keystroke.
  if (state !== 'working') find('preview-note', HTMLElement).textContent = note
}
