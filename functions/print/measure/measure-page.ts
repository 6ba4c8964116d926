/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import * as z from 'zod'
import type { WarmBrowser } from '../chromium/browser.ts'
import { findCutTexts } from './visible-texts.ts'

const place = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() })

/** Parses `clipped`, texts cut off or beside the page, and `codes`, rectangles with a margin in pixels. */
const pageMeasures = z.object({ clipped: z.array(z.string()), isWiderThanPage: z.boolean(), codes: z.array(place) })

/** What a ticket's page shows when it is laid out at the size of its paper. */
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

function measure(qrCodeUrl: string, findCut: (within: Element) => string[]): PageMeasures {
  const root: HTMLElement = Reflect.get(Document.prototype, 'documentElement', document)
  const images = Array.from(root.querySelectorAll('img')).filter((image) => image.getAttribute('src') === qrCodeUrl)
  const codes = [...root.querySelectorAll('svg[data-code], svg.barcode'), ...images].flatMap((element) => {
    const { x, y, width, height } = element.getBoundingClientRect()
    const around = 8
    const from = { x: Math.max(0, x - around), y: Math.max(0, y + window.scrollY - around) }
    return width > 0 && height > 0 ? [{ ...from, width: width + 2 * around, height: height + 2 * around }] : []
  })
  return { clipped: findCut(root.lastElementChild ?? root), isWiderThanPage: root.scrollWidth > window.innerWidth + 1, codes }
}

const source = `(qrCodeUrl) => (${measure})(qrCodeUrl, ${findCutTexts})`
