/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { Isolation } from './isolate-tickets.ts'

/**
 * Tells from the style sheets of the page's document whether its tickets can share it: `alone` says why not;
 * `asksAboutRoot` that they can when their markup is the same but for texts, since a rule may look into all
 * of the document. Runs inside the browser.
 */
export function inspectStyles({ hasIds, selectors }: Isolation): { alone?: string; asksAboutRoot: boolean } {
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
  if (countsPages) return { alone: 'its style sheet counts pages or tells them apart', asksAboutRoot }
  // `anchor-scope` on the sheets would do, but changes how boxes of other tickets are broken (Chromium 149).
  if (/anchor-name|anchor\(/.test(css) || root.querySelector('[style*="anchor" i]'))
    return { alone: 'its style sheet places boxes by anchors', asksAboutRoot }
  if (hasIds && /url\(\s*["']?#/.test(css)) return { alone: 'its style sheet refers to elements by their id', asksAboutRoot }
  const renamed = selectors.find((selector) => css.split(selector).some((rest, at) => at > 0 && !/^[\w-]/.test(rest)))
  if (renamed) return { alone: `its style sheet selects by ${renamed}, which other elements refer to`, asksAboutRoot }
  return { asksAboutRoot }
}
