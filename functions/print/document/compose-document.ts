/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { contentSecurityPolicy } from '../chromium/browser.ts'
import { findRootObstacle, hideContents, paintPages, releaseOverflow } from './imitate-pages.ts'
import { inspectStyles, isolateTickets } from './isolate-tickets.ts'
import { measureSheets } from './measure-sheets.ts'
import { roundPages } from './round-pages.ts'
import type { SharedMarkup } from './shared-markup.ts'

/** The empty document that replaces the page's previous one. */
const shell = `<!doctype html><html><head><meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy}"></head></html>`

/** A selector that outweighs all of a template's, and with `!important` all of its declarations. */
const sheet = 'ticket-sheet:not(#sheet#sheet#sheet)'
const important = (declarations: string): string => declarations.replaceAll(';', ' !important;')

/**
 * The CSS before a template's own. Letters are placed by their font's metrics, not on whole pixels. A sheet
 * contains its ticket's counters, layout and paint, and no rule of a template (`* { … }`) changes it.
 */
const sheetStyle = `@page { size: A4 }
:root { text-rendering: geometricPrecision }
${sheet} { ${important('all: unset; display: flow-root; position: relative; contain: layout style paint; min-height: 100vh;')} }
ticket-sheet + ${sheet} { break-before: page !important }
${sheet} > a:first-child { ${important('all: initial; position: absolute; top: 0; left: 0; width: 1px; height: 1px;')} }`

/**
 * The source of the function that replaces the page's document and lays out tickets in the new one, in one
 * call. Takes the tickets' `markup`, the number of each one's fingerprint (`kinds`), a `secret` that nobody
 * can guess, and the indices of the tickets to `measure`. Resolves to the `languages` of the tickets, their
 * `paper` and its `area`, and the measures if the window has the size of that area; to the `groups` of those
 * that can share a document; or to the reason to print each `alone`.
 */
export const layOutTickets = `async (markup, kinds, secret, measure) => {
  document.open(); document.write(${JSON.stringify(shell)}); document.close()
  const root = Reflect.get(Document.prototype, 'documentElement', document)
  const { roots, groups } = (${parseTickets})(markup)
  if (groups.some((group) => group > 0)) return { groups }
  const isolation = roots.length > 1 ? (${isolateTickets})(roots, secret) : undefined;
  (${composeTickets})(root, roots, { secret, css: ${JSON.stringify(sheetStyle)} })
  const { paper, area } = (${roundPages})()
  if (isolation) {
    (${hideContents})(true)
    const { obstacle, asksAboutRoot } = (${inspectStyles})(root, isolation)
    const alone = obstacle ?? (${findRootObstacle})(root)
    if (alone) return { alone }
    if (asksAboutRoot && kinds.some((kind) => kind > 0)) return { groups: kinds };
    (${releaseOverflow})(root)
    const byBackground = (${paintPages})(root)
    if (byBackground) return { groups: byBackground };
    (${hideContents})(false)
  }
  await (${loadResources})(root)
  const languages = (${readLanguages})(root)
  const isMeasurable = innerWidth === area.width && innerHeight === area.height
  return { languages, paper, area, ...(isMeasurable ? { measures: (${measureSheets})(measure) } : {}) }
}`

// The functions below run inside the browser: each may use nothing from outside itself.

/**
 * Parses tickets, and removes elements that could load or run something. Only tickets with the same
 * attributes of `<html>`, the same head (title aside), and the same styles in their bodies can share a
 * document: `groups` numbers those.
 */
function parseTickets({ pieces, tickets }: SharedMarkup): { roots: HTMLElement[]; groups: number[] } {
  // Through the prototype: a form named `documentElement` would shadow the document's property.
  const rootOf = (page: Document): HTMLElement => Reflect.get(Document.prototype, 'documentElement', page)
  const active = 'script, link, base, meta[http-equiv], iframe, frame, object, embed'
  const roots = tickets.map((ticket) =>
    rootOf(new DOMParser().parseFromString(ticket.map((piece) => pieces[piece]).join('<'), 'text/html')),
  )
  const keys = roots.map((root) => {
    // Only one element of a document can have the focus.
    for (const element of root.querySelectorAll(`${active}, [autofocus]`))
      element.matches(active) ? element.remove() : element.removeAttribute('autofocus')
    root.querySelector('head > title')?.remove()
    const attributes = Array.from(root.attributes, ({ name, value }) => `${name}=${JSON.stringify(value)}`)
    const styles = Array.from(root.querySelectorAll('body style'), (style) => style.outerHTML)
    return [...attributes.sort(), root.firstElementChild?.innerHTML, ...styles].join(' ')
  })
  const distinct = [...new Set(keys)]
  return { roots, groups: keys.map((key) => distinct.indexOf(key)) }
}

/**
 * Puts tickets into the page's one document. A single ticket becomes the document. Several keep their own
 * `<body>`s, which a document may hold through the DOM, so that their selectors still match; each in a
 * `<ticket-sheet>` that imitates a page: what is absolute, fixed or as high as the page stays on it, and
 * nothing paints outside it. A link in each sheet marks where its ticket begins in the PDF.
 */
function composeTickets(root: HTMLElement, roots: HTMLElement[], { secret, css }: { secret: string; css: string }): void {
  const [first] = roots
  if (!first) return
  for (const { name, value } of first.attributes) root.setAttribute(name, value)
  const sheets = roots.map(({ lastElementChild: body }, index) => {
    if (roots.length === 1) return body
    const sheet = document.createElement('ticket-sheet')
    const link = document.createElement('a')
    link.href = `https://${secret}.invalid/${index}`
    sheet.append(link, body ?? '')
    return sheet
  })
  const style = document.createElement('style')
  style.textContent = css
  first.firstElementChild?.prepend(style)
  root.replaceChildren(...[first.firstElementChild, ...sheets].filter((element) => element !== null))
}

/** Waits for images to be decoded and fonts to be loaded; those that fail are printed as missing. */
async function loadResources(root: HTMLElement): Promise<void> {
  await Promise.all(Array.from(root.querySelectorAll('img'), (image) => image.decode().catch(() => undefined)))
  const fonts: FontFaceSet = Reflect.get(Document.prototype, 'fonts', document)
  if (fonts.size > 0) await fonts.ready
}

/** Reads each ticket's language: that of the innermost element holding all of it, or an empty string. */
function readLanguages(root: HTMLElement): string[] {
  const sheets = Array.from(root.querySelectorAll<HTMLElement>(':scope > ticket-sheet'))
  const bodies = sheets.length > 0 ? sheets.map((sheet) => sheet.lastElementChild) : [root.lastElementChild]
  return bodies.map((body) => {
    let language = root.lang
    // A form's fields may shadow its properties.
    for (let holder: Element | null = body; holder instanceof HTMLElement && !(holder instanceof HTMLFormElement); ) {
      language = holder.lang || language
      const [only, ...others] = Array.from(holder.childNodes).filter(
        (node) => node instanceof Element || node.textContent?.trim(),
      )
      holder = only instanceof Element && others.length === 0 ? only : null
    }
    return language
  })
}
