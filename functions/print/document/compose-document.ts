/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { inspectStyles } from './inspect-styles.ts'
import { isolateTickets } from './isolate-tickets.ts'
import { measureSheets } from './measure-sheets.ts'
import { roundPages } from './round-pages.ts'

/**
 * Several HTML documents, each piece that they share kept once: `tickets[i]` lists the pieces of ticket i.
 */
export interface SharedMarkup {
  pieces: string[]
  tickets: number[][]
}

/**
 * Cuts HTML documents at every `<` and keeps each piece once. The way into the browser takes about 15 MB a
 * second, and most of what tickets say is the same.
 */
export function shareMarkup(htmls: string[]): SharedMarkup {
  const numbers = new Map<string, number>()
  const tickets = htmls.map((html) =>
    html.split('<').map((piece) => {
      const number = numbers.get(piece) ?? numbers.size
      numbers.set(piece, number)
      return number
    }),
  )
  return { pieces: [...numbers.keys()], tickets }
}

/**
 * Source of the function that replaces the page's document by `shell` and lays tickets out in it, in one
 * call. Takes the tickets' `markup`, the number of each one's fingerprint (`kinds`), a `secret` that nobody
 * can know before, the `css` that comes before the tickets' own, and the indices of tickets to `measure`.
 * Resolves to the `languages` of the tickets, their `paper` and its `area`, and how the ones to measure lie on
 * their sheets if the window is as large as that; to the `groups` of those that can share a document; or to
 * why each has to be printed `alone`.
 */
export const layOutTickets = `async (shell, markup, kinds, secret, css, measure) => {
  document.open(); document.write(shell); document.close()
  const { roots, groups } = (${parseTickets})(markup)
  if (groups.some((group) => group > 0)) return { groups }
  const isolation = roots.length > 1 ? (${isolateTickets})(roots, secret) : undefined;
  (${composeTickets})(roots, secret, css)
  const { paper, area } = (${roundPages})()
  if (isolation) {
    const { alone, asksAboutRoot } = (${inspectStyles})(isolation)
    if (alone) return { alone }
    if (asksAboutRoot && kinds.some((kind) => kind > 0)) return { groups: kinds }
  }
  const settled = await (${settleTickets})()
  const isMeasurable = innerWidth === area.width && innerHeight === area.height
  if ('alone' in settled) return settled
  return { ...settled, paper, area, ...(isMeasurable ? { measures: (${measureSheets})(measure) } : {}) }
}`

// The functions below run inside the browser: each may use nothing from outside itself.

/**
 * Parses tickets, without what may not act in them. Only tickets with the same attributes of `<html>`, the
 * same head (title aside), and the same styles in their bodies can share a document: `groups` says which do.
 */
function parseTickets({ pieces, tickets }: SharedMarkup): { roots: HTMLElement[]; groups: number[] } {
  // By the prototype: `document.documentElement` itself might be a form of that name. Elements have no such
  // trap.
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
 * Puts tickets into the page's one document. One ticket stands there as it is. Several get their own
 * `<body>`s, which a document may hold through the DOM, so that their selectors match on; each in a
 * `<ticket-sheet>` that plays the page to it: what is absolute, fixed or as high as the page stays on it, and
 * nothing paints outside of it. A link tells in the PDF where a ticket begins.
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

/**
 * Completes what `composeTickets` has put there: plays the page to each ticket, and waits for images and
 * fonts. Resolves to the language of each ticket: what is said of the innermost element that holds all of it,
 * or else nothing. Or, where their pages have different backgrounds, to groups of those with the same: only
 * the background of the whole document reaches the edges of every page.
 */
async function settleTickets(): Promise<{ languages: string[] } | { groups: number[] } | { alone: string }> {
  const root: HTMLElement = Reflect.get(Document.prototype, 'documentElement', document)
  const sheets = Array.from(root.children).filter((child) => child instanceof HTMLElement && child.localName === 'ticket-sheet')
  const readStyle = (element: HTMLElement) => {
    const { backgroundColor, backgroundImage, display, float, position, overflow, contain, columns } = getComputedStyle(element)
    const specified = element.computedStyleMap()
    const [width = '', minWidth = '', maxWidth = ''] = ['width', 'min-width', 'max-width'].map((name) => `${specified.get(name)}`)
    return { backgroundColor, backgroundImage, display, float, position, overflow, contain, columns, width, minWidth, maxWidth }
  }
  if (sheets.length > 0) {
    // To read the style of a body, the browser would work out that of all it holds, which printing does anew.
    const hiding = new CSSStyleSheet()
    hiding.replaceSync('ticket-sheet > body > * { display: none !important }')
    document.adoptedStyleSheets = [hiding]
    const { backgroundColor, backgroundImage, ...rootStyle } = readStyle(root)
    const widths = [rootStyle.width, rootStyle.minWidth, rootStyle.maxWidth]
    const isPlainBlock = rootStyle.display === 'block' && rootStyle.float === 'none' && !/absolute|fixed/.test(rootStyle.position)
    if (!isPlainBlock || !rootStyle.columns.startsWith('auto') || widths.some((width) => /content/.test(width)))
      return { alone: 'its root is no plain block, so that one ticket could decide how wide the next is' }
    const { marginBlock, paddingBlock, borderBlockWidth } = getComputedStyle(root)
    if ([marginBlock, paddingBlock, borderBlockWidth].some((widths) => /[1-9]/.test(widths)))
      return { alone: 'its root has a margin, which only the first of many tickets would have' }
    // What overflows a body is the viewport's to clip, which no page does, unless the root or containment claims it.
    if (rootStyle.overflow === 'visible' && rootStyle.contain === 'none')
      for (const { lastElementChild: body } of sheets)
        if (body instanceof HTMLElement && getComputedStyle(body).contain === 'none')
          body.style.setProperty('overflow', 'visible', 'important')
    // A page is filled by the background of its root, or else its body.
    const rootPaints = backgroundColor !== 'rgba(0, 0, 0, 0)' || backgroundImage !== 'none'
    const painted = rootPaints ? [root] : sheets.map((sheet) => sheet.lastElementChild ?? sheet)
    const backgrounds = painted.map((element) => {
      const computed = getComputedStyle(element)
      return computed.backgroundImage === 'none' ? computed.backgroundColor : computed.background
    })
    const distinct = [...new Set(backgrounds)]
    if (distinct.length > 1) return { groups: backgrounds.map((background) => distinct.indexOf(background)) }
    const isPlain = painted.every((element) => getComputedStyle(element).backgroundImage === 'none')
    for (const element of painted)
      if (element instanceof HTMLElement) element.style.setProperty('background', 'none', 'important')
    // A page's height is set, for percentages, and yet a ticket may have several: like the row of a grid.
    const isHigh = root.computedStyleMap().get('height')?.toString() !== 'auto'
    for (const sheet of sheets) {
      if (!(sheet instanceof HTMLElement)) continue
      if (isHigh) sheet.style.setProperty('display', 'grid', 'important')
      if (isHigh) sheet.style.setProperty('grid-template', 'minmax(100vh, auto) / 100%', 'important')
      if (!isPlain) sheet.style.setProperty('background', distinct[0] ?? '', 'important')
    }
    if (isPlain) root.style.setProperty('background', distinct[0] ?? '', 'important')
    document.adoptedStyleSheets = []
  }
  await Promise.all(Array.from(root.querySelectorAll('img'), (image) => image.decode().catch(() => undefined)))
  const fonts: FontFaceSet = Reflect.get(Document.prototype, 'fonts', document)
  if (fonts.size > 0) await fonts.ready
  const bodies = sheets.length > 0 ? sheets.map((sheet) => sheet.lastElementChild) : [root.lastElementChild]
  const languages = bodies.map((body) => {
    let language = root.lang
    // A form's properties might be its fields.
    for (let holder: Element | null = body; holder instanceof HTMLElement && !(holder instanceof HTMLFormElement); ) {
      language = holder.lang || language
      const [only, ...others] = Array.from(holder.childNodes).filter(
        (node) => node instanceof Element || node.textContent?.trim(),
      )
      holder = only instanceof Element && others.length === 0 ? only : null
    }
    return language
  })
  return { languages }
}
