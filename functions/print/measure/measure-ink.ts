/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import * as z from 'zod'
import type { WarmBrowser } from '../chromium/browser.ts'

/** Parses a line of text whose ink is cut off. */
const cutInk = z.object({ text: z.string(), edge: z.enum(['top', 'bottom']) })

/** A visible line of text whose ink is cut off at one edge. */
export type CutInk = z.output<typeof cutInk>

/**
 * Finds lines of text whose ink is cut off, by comparing the ink that the canvas measures with what clips the
 * line. Marks above and below letters leave a low line: “Ẩ” then prints as “Â”, which is another name. Lines
 * that are mostly hidden are cut on purpose, and left out. `pageTop` is where the paper begins, in CSS pixels
 * from the page's content: 0, or less where the page has a margin.
 */
export async function measureInk({ call }: WarmBrowser, pageTop: number): Promise<CutInk[]> {
  return z.array(cutInk).parse(await call(source, pageTop))
}

/** The vertical range of the page in which something is visible. */
interface Heights {
  top: number
  bottom: number
}

interface Line {
  text: string
  box: DOMRect
}

// The functions below run inside the browser: each may use nothing from outside itself but what it is given.

/** Finds the visible texts with element and visible range; not those for screen readers alone. */
function findTexts(pageTop: number): { node: Node; parent: Element; heights: Heights }[] {
  const root: HTMLElement = Reflect.get(Document.prototype, 'documentElement', document)
  const heightsOf = (parent: Element): Heights | undefined => {
    let [top, bottom] = [pageTop, Number.MAX_SAFE_INTEGER]
    for (let element: Element | null = parent; element && element !== root; element = element.parentElement) {
      const style = getComputedStyle(element)
      const isClipping = style.overflowY !== 'visible' || style.clipPath !== 'none' || /paint|strict|content/.test(style.contain)
      if (!isClipping || style.display === 'inline' || element.localName === 'body') continue
      const box = element.getBoundingClientRect()
      if (box.width <= 2 || box.height <= 2) return
      const margin = Number.parseFloat(style.getPropertyValue('overflow-clip-margin'))
      const around = style.overflowY === 'clip' ? margin || 0 : 0
      top = Math.max(top, box.top + Number.parseFloat(style.borderTopWidth) - around)
      bottom = Math.min(bottom, box.bottom - Number.parseFloat(style.borderBottomWidth) + around)
      if (style.position === 'fixed') break
    }
    return { top, bottom }
  }
  const texts: { node: Node; parent: Element; heights: Heights }[] = []
  const walker = document.createTreeWalker(root.lastElementChild ?? root, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement
    if (!node.nodeValue?.trim() || !parent || parent.closest('style, script, title, template, svg')) continue
    const { visibility, opacity } = getComputedStyle(parent)
    const heights = visibility === 'visible' && opacity !== '0' ? heightsOf(parent) : undefined
    if (heights) texts.push({ node, parent, heights })
  }
  return texts
}

/** Splits a text into its lines. */
function splitIntoLines(node: Node): Line[] {
  const range = document.createRange()
  const lines: Line[] = []
  let at = 0
  for (const letter of node.nodeValue ?? '') {
    range.setStart(node, at)
    at += letter.length
    range.setEnd(node, at)
    const [box] = range.getClientRects()
    const line = lines.at(-1)
    if (line && (!box || Math.abs(box.top - line.box.top) < 1)) line.text += letter
    else if (box) lines.push({ text: letter, box })
  }
  return lines
}

/** Makes a function that measures how far a text's ink reaches from its baseline, and its line box. */
function makeRuler(): (text: string, parent: Element) => { above: number; below: number; ascent: number; height: number } {
  const canvas = document.createElement('canvas').getContext('2d')
  // The canvas rounds what it measures to whole pixels.
  const magnified = 16
  return (text, parent) => {
    if (!canvas) return { above: 0, below: 0, ascent: 0, height: 0 }
    const style = getComputedStyle(parent)
    const measure = (size: number): TextMetrics => {
      canvas.font = `${style.fontStyle === 'normal' ? 'normal' : 'italic'} ${style.fontWeight} ${size}px ${style.fontFamily}`
      Reflect.set(canvas, 'fontVariantCaps', style.fontVariantCaps)
      return canvas.measureText(style.textTransform === 'uppercase' ? text.toUpperCase() : text)
    }
    canvas.textRendering = 'geometricPrecision'
    canvas.direction = style.direction === 'rtl' ? 'rtl' : 'ltr'
    Reflect.set(canvas, 'lang', parent.closest('[lang]')?.getAttribute('lang') ?? '')
    const size = Number.parseFloat(style.fontSize)
    const { fontBoundingBoxAscent: ascent, fontBoundingBoxDescent: descent } = measure(size)
    const { actualBoundingBoxAscent: above, actualBoundingBoxDescent: below } = measure(size * magnified)
    // Nobody notices less than this share of the letters.
    const negligible = Math.max(0.75, size / 50)
    return { above: above / magnified - negligible, below: below / magnified - negligible, ascent, height: ascent + descent }
  }
}

/** Finds the lines that lose ink. */
function findCutInk(pageTop: number, tools: [typeof findTexts, typeof splitIntoLines, ReturnType<typeof makeRuler>]): CutInk[] {
  const [find, split, measure] = tools
  return find(pageTop).flatMap(({ node, parent, heights }) =>
    split(node).flatMap(({ text, box }): CutInk[] => {
      const shown = Math.min(box.bottom, heights.bottom) - Math.max(box.top, heights.top)
      if (box.width < 1 || shown < box.height * 0.7) return []
      const { above, below, ascent, height } = measure(text, parent)
      // Rotated or scaled text does not have the height of its font.
      if (Math.abs(height - box.height) > 1.5) return []
      const baseline = box.top + ascent
      if (baseline - above < heights.top) return [{ text: text.trim(), edge: 'top' }]
      return baseline + below > heights.bottom ? [{ text: text.trim(), edge: 'bottom' }] : []
    }),
  )
}

const source = `(pageTop) => (${findCutInk})(pageTop, [${findTexts}, ${splitIntoLines}, (${makeRuler})()])`
