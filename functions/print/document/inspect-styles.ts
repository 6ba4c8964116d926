/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { AloneReason } from '../printed-alone.ts'
import type { Isolation } from './isolate-tickets.ts'

/**
 * Finds what in the document's style sheets keeps its tickets from sharing it (`obstacle`). With
 * `asksAboutRoot`, a rule may look at the whole document, so that only tickets of one fingerprint can share
 * it. Runs inside the browser.
 */
export function inspectStyles({ hasIds, selectors }: Isolation): { obstacle?: AloneReason; asksAboutRoot: boolean } {
  const root: HTMLElement = Reflect.get(Document.prototype, 'documentElement', document)
  // The first style sheet is the service's own.
  const rules = Array.from(document.styleSheets)
    .slice(1)
    .flatMap(({ cssRules }) => Array.from(cssRules))
  const css = rules.map((rule) => (rule instanceof CSSFontFaceRule ? '' : rule.cssText)).join('\n')
  const asksAboutRoot = css.includes(':has(')
  const pageSides = new Set(['left', 'right', 'recto', 'verso'])
  const countsPages =
    /counters?\(\s*pages?\b|break-(?:before|after): (?:left|right|recto|verso)\b|@page\s+[^{\s]/.test(css) ||
    Array.from(root.querySelectorAll('[style*="break" i]')).some((element) => {
      const { breakBefore, breakAfter } = getComputedStyle(element)
      return pageSides.has(breakBefore) || pageSides.has(breakAfter)
    })
  if (countsPages) return { obstacle: { code: 'PAGE_RULES' }, asksAboutRoot }
  // `anchor-scope` on the sheets would suffice, but it changes how the boxes of other tickets break (Chromium
  // 149).
  if (/anchor-name|anchor\(/.test(css) || root.querySelector('[style*="anchor" i]'))
    return { obstacle: { code: 'ANCHORS' }, asksAboutRoot }
  if (hasIds && /url\(\s*["']?#/.test(css)) return { obstacle: { code: 'STYLED_IDS' }, asksAboutRoot }
  const renamed = selectors.find((selector) => css.split(selector).some((rest, at) => at > 0 && !/^[\w-]/.test(rest)))
  if (renamed) return { obstacle: { code: 'RENAMED_SELECTOR', detail: renamed }, asksAboutRoot }
  return { asksAboutRoot }
}
