/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** A text that is not hidden on purpose, its element, and the part of the page that its boxes leave to it. */
export interface VisibleText {
  node: Node
  parent: Element
  area: { left: number; right: number; top: number; bottom: number }
}

// The functions below run inside the browser: each may use nothing from outside itself but what it is given.

/**
 * Finds the visible texts in an element. `pageTop` is the edge of the paper, in CSS pixels from the content.
 */
export function findVisibleTexts(within: Element, pageTop = 0): VisibleText[] {
  const root: HTMLElement = Reflect.get(Document.prototype, 'documentElement', document)
  const areaOf = (parent: Element): VisibleText['area'] | undefined => {
    let [left, right, top, bottom] = [0, window.innerWidth, pageTop, Number.MAX_SAFE_INTEGER]
    for (let element: Element | null = parent; element && element !== root; element = element.parentElement) {
      const style = getComputedStyle(element)
      const clipsBoth = style.clipPath !== 'none' || /paint|strict|content/.test(style.contain)
      const [clipsX, clipsY] = [style.overflowX, style.overflowY].map((each) => clipsBoth || each !== 'visible')
      if (!(clipsX || clipsY) || style.display === 'inline' || element.localName === 'body') continue
      const box = element.getBoundingClientRect()
      // Text in a box of a pixel is for screen readers only.
      if (box.width <= 2 || box.height <= 2) return
      const margin = Number.parseFloat(style.getPropertyValue('overflow-clip-margin')) || 0
      const edgeOf = (border: string, overflow: string): number => Number.parseFloat(border) - (overflow === 'clip' ? margin : 0)
      if (clipsX) {
        left = Math.max(left, box.left + edgeOf(style.borderLeftWidth, style.overflowX))
        right = Math.min(right, box.right - edgeOf(style.borderRightWidth, style.overflowX))
      }
      if (clipsY) {
        top = Math.max(top, box.top + edgeOf(style.borderTopWidth, style.overflowY))
        bottom = Math.min(bottom, box.bottom - edgeOf(style.borderBottomWidth, style.overflowY))
      }
      if (style.position === 'fixed') break
    }
    return { left, right, top, bottom }
  }
  const texts: VisibleText[] = []
  const walker = document.createTreeWalker(within, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement
    if (!node.nodeValue?.trim() || !parent || parent.closest('style, script, title, template')) continue
    const { visibility, opacity } = getComputedStyle(parent)
    const area = visibility === 'visible' && opacity !== '0' ? areaOf(parent) : undefined
    if (area) texts.push({ node, parent, area })
  }
  return texts
}

/** Finds the texts in an element that are cut off in part, or lie beside the page. */
function listCutTexts(within: Element, find: typeof findVisibleTexts): string[] {
  const range = document.createRange()
  const cut = find(within).filter(({ node, area }) => {
    range.selectNodeContents(node)
    return Array.from(range.getClientRects()).some((line) => {
      if (line.width < 1 || line.height < 1) return false
      const width = Math.min(line.right, area.right) - Math.max(line.left, area.left)
      const height = Math.min(line.bottom, area.bottom) - Math.max(line.top, area.top)
      // A line box is higher than its letters.
      return Math.max(0, width) < line.width - 2 || height < line.height * 0.7
    })
  })
  return [...new Set(cut.map(({ node }) => node.nodeValue?.trim() ?? ''))]
}

/**
 * The source of a function that finds the texts in an element that are cut off in part, or lie beside the
 * page.
 */
export const findCutTexts = `(within) => (${listCutTexts})(within, ${findVisibleTexts})`
