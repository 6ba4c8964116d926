/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { findRootObstacle, hideContents, paintPages, releaseOverflow } from './imitate-pages.ts'
import { inspectStyles } from './inspect-styles.ts'
import { isolateTickets } from './isolate-tickets.ts'
import { loadResources, readLanguages } from './load-document.ts'
import { measureSheets } from './measure-sheets.ts'
import { roundPages } from './round-pages.ts'
import type { SharedMarkup } from './shared-markup.ts'

/**
 * Source of the function that replaces the page's document by `shell` and lays tickets out in it, in one
 * call. Takes the tickets' `markup`, the number of each one's fingerprint (`kinds`), a `secret` that nobody
 * can guess, the `css` that comes before the tickets' own, and the indices of tickets to `measure`. Resolves
 * to the `languages` of the tickets, their `paper` and its `area`, and the measures if the window has the
 * size of that area; to the `groups` of those that can share a document; or to why each has to be printed
 * `alone`.
 */
export const layOutTickets = `async (shell, markup, kinds, secret, css, measure) => {
  document.open(); document.write(shell); document.close()
  const { roots, groups } = (${parseTickets})(markup)
  if (groups.some((group) => group > 0)) return { groups }
  const isolation = roots.length > 1 ? (${isolateTickets})(roots, secret) : undefined;
  (${composeTickets})(roots, secret, css)
  const { paper, area } = (${roundPages})()
  if (isolation) {
    (${hideContents})(true)
    const { obstacle, asksAboutRoot } = (${inspectStyles})(isolation)
    const alone = obstacle ?? (${findRootObstacle})()
    if (alone) return { alone }
    if (asksAboutRoot && kinds.some((kind) => kind > 0)) return { groups: kinds };
    (${releaseOverflow})()
    const byBackground = (${paintPages})()
    if (byBackground) return { groups: byBackground };
    (${hideContents})(false)
  }
  await (${loadResources})()
  const languages = (${readLanguages})()
  const isMeasurable = innerWidth === area.width && innerHeight === area.height
  return { languages, paper, area, ...(isMeasurable ? { measures: (${measureSheets})(measure) } : {}) }
}`

// The functions below run inside the browser: each may use nothing from outside itself.

/**
 * Parses tickets, and removes what may not act in them. Only tickets with the same attributes of `<html>`,
 * the same head (title aside), and the same styles in their bodies can share a document: `groups` numbers
 * those.
 */
function parseTickets({ pieces, tickets }: SharedMarkup): { roots: HTMLElement[]; groups: number[] } {
  // Through the prototype: a form named `documentElement` would shadow the document's property.
  const rootOf = (page: Document): HTMLElement => Reflect.get(Document.prototype, 'documentElement', page)
  const acting = 'script, link, base, meta[http-equiv], iframe, frame, object, embed'
  const roots = tickets.map((ticket) =>
    rootOf(new DOMParser().parseFromString(ticket.map((piece) => pieces[piece]).join('<'), 'text/html')),
  )
  const keys = roots.map((root) => {
    // Only one element of a document can have the focus.
    for (const element of root.querySelectorAll(`${acting}, [autofocus]`))
      element.matches(acting) ? element.remove() : element.removeAttribute('autofocus')
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
 * nothing paints outside of it. A link in each sheet marks in the PDF where its ticket begins.
 */
function composeTickets(roots: HTMLElement[], secret: string, css: string): void {
  const [first] = roots
  if (!first) return
  const root: HTMLElement = Reflect.get(Document.prototype, 'documentElement', document)
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
