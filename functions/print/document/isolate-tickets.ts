/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { AloneReason } from '../printed-alone.ts'

/** The effect of renaming; `selectors` lists the starts of selectors that may no longer match. */
export interface Isolation {
  hasIds: boolean
  selectors: string[]
}

/**
 * Prefixes the identifiers in each ticket, so that no ticket can refer to an element of another, or share a
 * group of radio buttons or disclosures with it. Renames only what something refers to, since a style sheet
 * may select the rest by id. Runs inside the browser, before the documents are inserted: an open disclosure
 * closes the others of its group on insertion.
 */
export function isolateTickets(roots: HTMLElement[], secret: string): Isolation {
  const hasIds = roots.some((root) => root.querySelector('[id]'))
  const groups = 'details[name], input[type="radio" i][name], map[name]'
  if (!hasIds && !roots.some((root) => root.querySelector(groups))) return { hasIds, selectors: [] }
  const references = new Set([
    ...['for', 'form', 'list', 'headers', 'itemref', 'anchor', 'popovertarget', 'commandfor', 'interesttarget'],
    ...['activedescendant', 'controls', 'describedby', 'details', 'errormessage', 'flowto', 'labelledby', 'owns'].map(
      (name) => `aria-${name}`,
    ),
  ])
  const referred = new Set<string>()
  const changed = new Set<string>()
  const prefixOf = (index: number): string => `t${secret}-${index}-`

  for (const [index, root] of roots.entries()) {
    const prefix = prefixOf(index)
    const change = (attribute: Attr, value: string): void => {
      if (value === attribute.value) return
      attribute.value = value
      changed.add(attribute.localName)
    }
    const prefixed = (id: string): string => {
      referred.add(id)
      return prefix + id
    }
    const rewrite = (attribute: Attr): void => {
      const { localName, value } = attribute
      if (references.has(localName)) change(attribute, value.replace(/[^ \t\n\f\r]+/g, prefixed))
      else if (!value.includes('#')) return
      else if (localName === 'href' || localName === 'usemap')
        change(
          attribute,
          value.replace(/^(\s*#)(.+)/s, (_, sign, id) => sign + prefixed(id)),
        )
      else
        change(
          attribute,
          value.replace(/(url\(\s*["']?#)([^"')]+)/gi, (_, start, id) => start + prefixed(id)),
        )
    }
    for (const element of root.querySelectorAll('*')) {
      for (const attribute of element.attributes) rewrite(attribute)
      const name = element.matches(groups) ? element.getAttributeNode('name') : null
      if (name) change(name, prefixed(name.value))
    }
  }
  for (const [index, root] of roots.entries())
    for (const element of root.querySelectorAll('[id]')) {
      const id = element.getAttributeNode('id')
      if (!id || !referred.has(id.value)) continue
      id.value = prefixOf(index) + id.value
      changed.add('id')
    }
  const selectors = changed.has('id') ? Array.from(referred, (id) => `#${CSS.escape(id)}`) : []
  return { hasIds, selectors: [...selectors, ...Array.from(changed, (name) => `[${name}`)] }
}

/**
 * Finds an `obstacle` in the document's style sheets to its tickets sharing it. With `asksAboutRoot`, a rule
 * may look at the whole document, so that only tickets of one fingerprint can share it. Runs inside the
 * browser.
 */
export function inspectStyles(
  root: HTMLElement,
  { hasIds, selectors }: Isolation,
): { obstacle?: AloneReason; asksAboutRoot: boolean } {
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
  // `anchor-scope` on the sheets would suffice, but changes how boxes of other tickets break (Chromium 149).
  if (/anchor-name|anchor\(/.test(css) || root.querySelector('[style*="anchor" i]'))
    return { obstacle: { code: 'ANCHORS' }, asksAboutRoot }
  if (hasIds && /url\(\s*["']?#/.test(css)) return { obstacle: { code: 'STYLED_IDS' }, asksAboutRoot }
  const renamed = selectors.find((selector) => css.split(selector).some((rest, at) => at > 0 && !/^[\w-]/.test(rest)))
  if (renamed) return { obstacle: { code: 'RENAMED_SELECTOR', detail: renamed }, asksAboutRoot }
  return { asksAboutRoot }
}
