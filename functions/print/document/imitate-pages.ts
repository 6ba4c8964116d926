/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { AloneReason } from '../printed-alone.ts'

// The functions below run inside the browser, on a document of several `<ticket-sheet>`s: each may use
// nothing from outside itself.

/**
 * Hides what the bodies hold, or shows it again. To read the style of a body, the browser would otherwise
 * compute the styles of everything in it, and again for printing: a tenth of the time of a small ticket.
 */
export function hideContents(isHidden: boolean): void {
  const hiding = new CSSStyleSheet()
  hiding.replaceSync('ticket-sheet > body > * { display: none !important }')
  document.adoptedStyleSheets = isHidden ? [hiding] : []
}

/** Finds a style of the root element that makes one ticket of the document depend on another. */
export function findRootObstacle(root: HTMLElement): AloneReason | undefined {
  const { display, float, position, columns, marginBlock, paddingBlock, borderBlockWidth } = getComputedStyle(root)
  const specified = root.computedStyleMap()
  const isSizedByContent = ['width', 'min-width', 'max-width'].some((name) => /content/.test(`${specified.get(name)}`))
  const isPlainBlock = display === 'block' && float === 'none' && !/absolute|fixed/.test(position)
  if (!isPlainBlock || isSizedByContent || !columns.startsWith('auto')) return { code: 'ROOT_LAYOUT' }
  const hasMargin = [marginBlock, paddingBlock, borderBlockWidth].some((widths) => /[1-9]/.test(widths))
  return hasMargin ? { code: 'ROOT_MARGIN' } : undefined
}

/** Lets bodies overflow, as on a printed page, unless the root's overflow or containment applies. */
export function releaseOverflow(root: HTMLElement): void {
  const { overflow, contain } = getComputedStyle(root)
  if (overflow !== 'visible' || contain !== 'none') return
  for (const body of root.querySelectorAll(':scope > ticket-sheet > :last-child'))
    if (body instanceof HTMLElement && getComputedStyle(body).contain === 'none')
      body.style.setProperty('overflow', 'visible', 'important')
}

/**
 * Gives each sheet the height and the background of a page. Where tickets have different backgrounds, returns
 * groups of those with the same: only the background of the whole document reaches the edges of every page.
 */
export function paintPages(root: HTMLElement): number[] | undefined {
  const sheets = Array.from(root.querySelectorAll<HTMLElement>(':scope > ticket-sheet'))
  const set = (element: Element, property: string, value: string): void => {
    if (element instanceof HTMLElement) element.style.setProperty(property, value, 'important')
  }
  // A page is filled by the background of its root, or else its body.
  const { backgroundColor, backgroundImage } = getComputedStyle(root)
  const isRootPainted = backgroundColor !== 'rgba(0, 0, 0, 0)' || backgroundImage !== 'none'
  const painted = isRootPainted ? [root] : sheets.map((sheet) => sheet.lastElementChild ?? sheet)
  const backgrounds = painted.map((element) => {
    const computed = getComputedStyle(element)
    return computed.backgroundImage === 'none' ? computed.backgroundColor : computed.background
  })
  const distinct = [...new Set(backgrounds)]
  if (distinct.length > 1) return backgrounds.map((background) => distinct.indexOf(background))
  const [background = ''] = distinct
  const isPlain = painted.every((element) => getComputedStyle(element).backgroundImage === 'none')
  for (const element of painted) set(element, 'background', 'none')
  // A page's height is definite, for percentages, and yet a ticket may have several pages: like a grid's row.
  const hasHeight = root.computedStyleMap().get('height')?.toString() !== 'auto'
  for (const sheet of sheets) {
    if (hasHeight) set(sheet, 'display', 'grid')
    if (hasHeight) set(sheet, 'grid-template', 'minmax(100vh, auto) / 100%')
    if (!isPlain) set(sheet, 'background', background)
  }
  if (isPlain) set(root, 'background', background)
  return undefined
}
