import { find } from '../../../functions/pages/door/find.ts'
import { messageOf } from './element.ts'
import { CallError, type Content, type Look, previewDraft } from './service-calls.ts'

/** A draft with the data of a guest. */
export interface Ticket {
  guest: string
  content: Content
}

/** The preview of a template. */
export interface Preview {
  /** Shows one or two tickets, superseding earlier calls. If it cannot, the last good preview stays, with a note. */
  show(tickets: Ticket[]): Promise<void>
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
  const draw = async (tickets: Ticket[], signal: AbortSignal): Promise<void> => {
    const look = chooseSize(tickets.length)
    const shown = await Promise.all(
      tickets.map(({ content }) =>
        previewDraft(content, { format: 'png', page, ...look }, signal).catch((error: unknown) => {
          if (page === 1 || !isBeyondEnd(error)) throw error
        }),
      ),
    )
    // The template may have fewer pages than it had.
    if (!shown.some(Boolean)) {
      page = 1
      return draw(tickets, signal)
    }
    const pageCount = Math.max(...shown.map((one) => one?.pageCount ?? 0))
    for (const [index, picture] of pictures().entries()) {
      picture.alt = `Page ${page} of ${shown[index]?.pageCount}, for ${tickets[index]?.guest}`
      await showPicture(picture, shown[index]?.file, look)
    }
    showPages(page, pageCount)
  }
  return {
    show: async (tickets) => {
      running?.abort()
      const mine = new AbortController()
      running = mine
      setState('working')
      try {
        await draw(tickets, mine.signal)
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

/** Chooses a size that matches the screen's pixels, for some pictures side by side. */
function chooseSize(count: number): Pick<Look, 'width' | 'dpi'> {
  const zoom = find('zoom', HTMLSelectElement).value
  const clamp = (value: number, min: number, max: number) => Math.min(max, Math.max(min, Math.round(value)))
  if (zoom !== 'fit') return { dpi: clamp(Number(zoom) * cssDpi * devicePixelRatio, 36, 300) }
  const { paddingLeft, paddingRight, columnGap } = getComputedStyle(find('paper', HTMLElement))
  const [left, right, gap] = [paddingLeft, paddingRight, columnGap].map((length) => Number.parseFloat(length) || 0)
  const free = find('paper', HTMLElement).clientWidth - (left ?? 0) - (right ?? 0) - (gap ?? 0) * (count - 1)
  return { width: clamp((free / count) * devicePixelRatio, 50, 2000) }
}

function pictures(): HTMLImageElement[] {
  return ['picture', 'other-picture'].map((id) => find(id, HTMLImageElement))
}

function isBeyondEnd(error: unknown): boolean {
  return error instanceof CallError && error.details.some(({ path }) => path === 'page')
}

async function showPicture(picture: HTMLImageElement, file: Blob | undefined, { dpi }: Pick<Look, 'dpi'>): Promise<void> {
  picture.hidden = !file
  if (!file) return
  const before = picture.src
  picture.src = URL.createObjectURL(file)
  await picture.decode()
  const zoom = Number(find('zoom', HTMLSelectElement).value)
  picture.style.width = dpi === undefined ? '100%' : `${(picture.naturalWidth * zoom * cssDpi) / dpi}px`
  picture.style.flexShrink = dpi === undefined ? '1' : '0'
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
  return kept + messageOf(error)
}

function setState(state: 'working' | 'current' | 'stale', note = ''): void {
  find('paper', HTMLElement).dataset.state = state
  find('paper', HTMLElement).setAttribute('aria-busy', String(state === 'working'))
  // The last note stays while a new preview is made; otherwise it would flicker with every keystroke.
  if (state !== 'working') find('preview-note', HTMLElement).textContent = note
}
