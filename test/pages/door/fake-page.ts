/** An element as far as the view of a door touches one: it keeps what is set on it, and shows nothing. */
class FakeElement {
  id = ''
  className = ''
  textContent = ''
  title = ''
  hidden = false
  disabled = false
  dataset: Record<string, string> = {}
  children: FakeElement[] = []
  onclick: (() => void) | null = null

  append(...added: FakeElement[]) {
    this.children.push(...added)
  }
  prepend(...added: FakeElement[]) {
    this.children.unshift(...added)
  }
  replaceChildren(...children: FakeElement[]) {
    this.children = children
  }
  contains() {
    return false
  }
  querySelector() {
    return new FakeElement()
  }
  setAttribute() {}
  focus() {}
  click() {
    this.onclick?.()
  }
}

/** Stands in for the page of a door: every element that is looked for is there. Gives a look at them by id. */
export function openFakePage(): (id: string) => FakeElement {
  const elements = new Map<string, FakeElement>()
  const getElementById = (id: string) => {
    const element = elements.get(id) ?? new FakeElement()
    elements.set(id, element)
    return element
  }
  const createElement = () => new FakeElement()
  Object.assign(globalThis, {
    HTMLElement: FakeElement,
    HTMLButtonElement: FakeElement,
    document: { getElementById, createElement, createElementNS: createElement, activeElement: null },
  })
  return getElementById
}
