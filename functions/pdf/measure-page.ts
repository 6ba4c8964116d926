/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** Is what a ticket's page shows when it is laid out as large as its paper; all lengths in CSS pixels. */
export interface PageMeasures {
  /** Text of which part is cut off, or lies beside the page. */
  clipped: string[]
  isWiderThanPage: boolean
  /** Where the codes to scan stand, with a little around them. */
  codes: { x: number; y: number; width: number; height: number }[]
}

// The functions below run inside the browser: each may use nothing from outside itself.

/** Reads the margins that the page's `@page` rules give, in CSS pixels. */
export function readPageMargins(): { left: number; right: number; top: number; bottom: number } {
  const root: HTMLElement = Reflect.get(Document.prototype, 'documentElement', document)
  const ruler = document.createElement('div')
  root.append(ruler)
  const margins = { left: 0, right: 0, top: 0, bottom: 0 }
  for (const sheet of document.styleSheets)
    for (const rule of sheet.cssRules)
      if (rule instanceof CSSPageRule && rule.selectorText === '')
        for (const side of ['left', 'right', 'top', 'bottom'] as const) {
          const length = rule.style.getPropertyValue(`margin-${side}`)
          if (!length) continue
          ruler.setAttribute('style', `all: initial; position: absolute; width: ${length}`)
          margins[side] = ruler.getBoundingClientRect().width
        }
  ruler.remove()
  return margins
}

/** Measures the page. `qrCodeUrl` is the image by which QR codes are known that are no `[data-code]`. */
export function measurePage(qrCodeUrl: string): PageMeasures {
  const root: HTMLElement = Reflect.get(Document.prototype, 'documentElement', document)
  const pageWidth = window.innerWidth
  const clipped: string[] = []
  const bounds = (element: Element): DOMRect => element.getBoundingClientRect()

  /** Tells how much of a line of text is left when everything around has cut it, or nothing for text that is hidden on purpose. */
  const visiblePart = (line: DOMRect, parent: Element): { width: number; height: number } | undefined => {
    let [left, right, top, bottom] = [Math.max(line.left, 0), Math.min(line.right, pageWidth), Math.max(line.top, 0), line.bottom]
    for (let element: Element | null = parent; element && element !== root; element = element.parentElement) {
      const style = getComputedStyle(element)
      const box = bounds(element)
      const isClipping =
        style.overflowX !== 'visible' || style.overflowY !== 'visible' || /paint|strict|content/.test(style.contain)
      if (!isClipping || style.display === 'inline' || element.localName === 'body') continue
      // Text in a box of a pixel is for screen readers alone.
      if (box.width <= 2 || box.height <= 2) return
      if (style.overflowX !== 'visible') [left, right] = [Math.max(left, box.left), Math.min(right, box.right)]
      if (style.overflowY !== 'visible') [top, bottom] = [Math.max(top, box.top), Math.min(bottom, box.bottom)]
      if (style.position === 'fixed') break
    }
    return { width: Math.max(0, right - left), height: Math.max(0, bottom - top) }
  }

  const walker = document.createTreeWalker(root.lastElementChild ?? root, NodeFilter.SHOW_TEXT)
  const range = document.createRange()
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.nodeValue?.trim()
    const parent = node.parentElement
    if (!text || !parent || parent.closest('style, script, title, template')) continue
    const style = getComputedStyle(parent)
    if (style.visibility !== 'visible' || style.opacity === '0') continue
    range.selectNodeContents(node)
    const isCut = Array.from(range.getClientRects()).some((line) => {
      if (line.width < 1 || line.height < 1) return false
      const visible = visiblePart(line, parent)
      // A line box is higher than its letters.
      return visible !== undefined && (visible.width < line.width - 2 || visible.height < line.height * 0.7)
    })
    if (isCut && !clipped.includes(text)) clipped.push(text)
  }

  const images = Array.from(root.querySelectorAll('img')).filter((image) => image.getAttribute('src') === qrCodeUrl)
  const codes = [...root.querySelectorAll('svg[data-code], svg.barcode'), ...images].flatMap((element) => {
    const { x, y, width, height } = bounds(element)
    const around = 8
    const from = { x: Math.max(0, x - around), y: Math.max(0, y + window.scrollY - around) }
    return width > 0 && height > 0 ? [{ ...from, width: width + 2 * around, height: height + 2 * around }] : []
  })
  return { clipped, isWiderThanPage: root.scrollWidth > pageWidth + 1, codes }
}
