/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** What was renamed in the tickets; `selectors` lists prefixes of selectors that may no longer match. */
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
