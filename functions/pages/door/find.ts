/**
 * Finds an element of the page by its id, as the kind of element that it has to be.
 * @throws Error when the page has no such element.
 */
export function find<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const element = document.getElementById(id)
  if (!(element instanceof kind)) throw new Error(`The page has no ${kind.name} #${id}.`)
  return element
}
