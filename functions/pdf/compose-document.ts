/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** Is several HTML documents with each piece that they share kept once: `tickets[i]` lists the pieces of ticket i. */
export interface SharedMarkup {
  pieces: string[]
  tickets: number[][]
}

/**
 * Cuts HTML documents at every `<` and keeps each piece once. The way into the browser takes about 15 MB a second, and most of what
 * tickets say is the same.
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
 * Is the source of the function that replaces the page's document by `shell` and lays tickets out in it, in one call. Resolves to the `languages` of
 * the tickets, or to the `groups` of those that cannot share a document.
 */
export const layOutTickets = `async (shell, markup, marker, css) => {
  document.open(); document.write(shell); document.close()
  const groups = (${composeTickets})(markup, marker, css)
  return groups.some((group) => group > 0) ? { groups } : { languages: await (${settleTickets})() }
}`

// The functions below run inside the browser: each may use nothing from outside itself.

/**
 * Puts tickets into the page's one document. One ticket stands there as it is. Several get their own `<body>`s, which a document
 * may hold through the DOM, so that their selectors match on; each in a `<ticket-sheet>` that plays the page to it: what
 * is absolute, fixed or as high as the page stays on it. A link to `<marker><index>` tells in the PDF where a ticket begins.
 * Only tickets whose heads (title aside) and `<html>` attributes are equal can share a document: answers the group of each
 * ticket, and has composed nothing when there is more than one. `css` comes before the tickets' own.
 */
function composeTickets({ pieces, tickets }: SharedMarkup, marker: string, css: string): number[] {
  // By the prototype: `document.documentElement` itself might be a form of that name. Elements have no such trap.
  const rootOf = (page: Document): HTMLElement => Reflect.get(Document.prototype, 'documentElement', page)
  const roots = tickets.map((ticket) =>
    rootOf(new DOMParser().parseFromString(ticket.map((piece) => pieces[piece]).join('<'), 'text/html')),
  )
  const keys = roots.map((root) => {
    for (const acting of root.querySelectorAll('script, link, base, meta[http-equiv], iframe, frame, object, embed'))
      acting.remove()
    root.querySelector('head > title')?.remove()
    const attributes = Array.from(root.attributes, ({ name, value }) => `${name}=${JSON.stringify(value)}`)
    return attributes.sort().join(' ') + root.firstElementChild?.innerHTML
  })
  const distinct = [...new Set(keys)]
  const groups = keys.map((key) => distinct.indexOf(key))
  const [first] = roots
  if (!first || distinct.length > 1) return groups
  const root = rootOf(document)
  for (const { name, value } of first.attributes) root.setAttribute(name, value)
  const sheets = roots.map(({ lastElementChild: body }, index) => {
    if (roots.length === 1) return body
    const sheet = document.createElement('ticket-sheet')
    const link = document.createElement('a')
    link.href = marker + index
    sheet.append(link, body ?? '')
    return sheet
  })
  const style = document.createElement('style')
  style.textContent = css
  first.firstElementChild?.prepend(style)
  root.replaceChildren(...[first.firstElementChild, ...sheets].filter((element) => element !== null))
  return groups
}

/**
 * Completes what `composeTickets` has put there: plays the page to each ticket, and waits for images and fonts. Answers the language of
 * each ticket: what is said of the innermost element that holds all of it, or else nothing.
 */
async function settleTickets(): Promise<string[]> {
  const root: HTMLElement = Reflect.get(Document.prototype, 'documentElement', document)
  const sheets = Array.from(root.children).filter((child) => child instanceof HTMLElement && child.localName === 'ticket-sheet')
  if (sheets.length > 0) {
    // A page's height is set, for percentages, and yet a ticket may have several: like the row of a grid.
    const isHigh = root.computedStyleMap().get('height')?.toString() !== 'auto'
    for (const sheet of sheets)
      if (isHigh) sheet.setAttribute('style', 'display: grid; grid-template: minmax(100vh, auto) / 100%')
    // A page is filled by the background of its root, or else its body.
    const { backgroundColor, backgroundImage } = getComputedStyle(root)
    const rootPaints = backgroundColor !== 'rgba(0, 0, 0, 0)' || backgroundImage !== 'none'
    const painted = rootPaints ? [root] : sheets.map((sheet) => sheet.lastElementChild ?? sheet)
    const backgrounds = painted.map((element) => {
      const computed = getComputedStyle(element)
      return computed.backgroundImage === 'none'
        ? { plain: true, css: computed.backgroundColor }
        : { plain: false, css: computed.background }
    })
    for (const element of painted)
      if (element instanceof HTMLElement) element.style.setProperty('background', 'none', 'important')
    const [same] = backgrounds
    if (same?.plain && backgrounds.every(({ css }) => css === same.css))
      root.style.setProperty('background', same.css, 'important')
    else
      for (const [index, sheet] of sheets.entries())
        if (sheet instanceof HTMLElement) sheet.style.background = (backgrounds[index] ?? same)?.css ?? ''
  }
  await Promise.all(Array.from(root.querySelectorAll('img'), (image) => image.decode().catch(() => undefined)))
  const fonts: FontFaceSet = Reflect.get(Document.prototype, 'fonts', document)
  if (fonts.size > 0) await fonts.ready
  const bodies = sheets.length > 0 ? sheets.map((sheet) => sheet.lastElementChild) : [root.lastElementChild]
  return bodies.map((body) => {
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
}
