/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import * as z from 'zod'
import type { WarmBrowser } from '../chromium/browser.ts'

const place = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() })

/** Parses `clipped`, texts cut off or beside the page, and `codes`, rectangles with a margin in pixels. */
const pageMeasures = z.object({ clipped: z.array(z.string()), isWiderThanPage: z.boolean(), codes: z.array(place) })

/** What a ticket's page shows when it is laid out as large as its paper. */
export type PageMeasures = z.output<typeof pageMeasures>

/** Measures the page. `qrCodeUrl` identifies the QR codes that are images, without `data-code`. */
export async function measurePage({ call }: WarmBrowser, qrCodeUrl: string): Promise<PageMeasures> {
  return pageMeasures.parse(await call(source, qrCodeUrl))
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

/** Finds the texts in an element that are cut off in part, or lie beside the page. */
export function findCutTexts(within: Element): string[] {
  const root: HTMLElement = Reflect.get(Document.prototype, 'documentElement', document)
  const pageWidth = window.innerWidth
  const clipped: string[] = []

  /** Measures how much of a line its ancestors leave visible; undefined for text hidden on purpose. */
  const visiblePart = (line: DOMRect, parent: Element): { width: number; height: number } | undefined => {
    let [left, right, top, bottom] = [Math.max(line.left, 0), Math.min(line.right, pageWidth), Math.max(line.top, 0), line.bottom]
    for (let element: Element | null = parent; element && element !== root; element = element.parentElement) {
      const style = getComputedStyle(element)
      const isContained = /paint|strict|content/.test(style.contain)
      const [clipsX, clipsY] = [style.overflowX, style.overflowY].map((each) => isContained || each !== 'visible')
      if (!(clipsX || clipsY) || style.display === 'inline' || element.localName === 'body') continue
      const box = element.getBoundingClientRect()
      // Text in a box of a pixel is for screen readers only.
      if (box.width <= 2 || box.height <= 2) return
      if (clipsX) [left, right] = [Math.max(left, box.left), Math.min(right, box.right)]
      if (clipsY) [top, bottom] = [Math.max(top, box.top), Math.min(bottom, box.bottom)]
      if (style.position === 'fixed') break
    }
    return { width: Math.max(0, right - left), height: Math.max(0, bottom - top) }
  }

  const walker = document.createTreeWalker(within, NodeFilter.SHOW_TEXT)
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
  return clipped
}

function measure(qrCodeUrl: string, find: typeof findCutTexts): PageMeasures {
  const root: HTMLElement = Reflect.get(Document.prototype, 'documentElement', document)
  const images = Array.from(root.querySelectorAll('img')).filter((image) => image.getAttribute('src') === qrCodeUrl)
  const codes = [...root.querySelectorAll('svg[data-code], svg.barcode'), ...images].flatMap((element) => {
    const { x, y, width, height } = element.getBoundingClientRect()
    const around = 8
    const from = { x: Math.max(0, x - around), y: Math.max(0, y + window.scrollY - around) }
    return width > 0 && height > 0 ? [{ ...from, width: width + 2 * around, height: height + 2 * around }] : []
  })
  return { clipped: find(root.lastElementChild ?? root), isWiderThanPage: root.scrollWidth > window.innerWidth + 1, codes }
}

const source = `(qrCodeUrl) => (${measure})(qrCodeUrl, ${findCutTexts})`
