/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

// The functions below run inside the browser: each may use nothing from outside itself.

/** Waits until images are decoded and fonts loaded; those that fail are printed as missing. */
export async function loadResources(): Promise<void> {
  const root: HTMLElement = Reflect.get(Document.prototype, 'documentElement', document)
  await Promise.all(Array.from(root.querySelectorAll('img'), (image) => image.decode().catch(() => undefined)))
  const fonts: FontFaceSet = Reflect.get(Document.prototype, 'fonts', document)
  if (fonts.size > 0) await fonts.ready
}

/** Reads each ticket's language: that of the innermost element holding all of it, or an empty string. */
export function readLanguages(): string[] {
  const root: HTMLElement = Reflect.get(Document.prototype, 'documentElement', document)
  const sheets = Array.from(root.children).filter((child) => child instanceof HTMLElement && child.localName === 'ticket-sheet')
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
