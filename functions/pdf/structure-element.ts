import type { MarkedSurface } from './marked-surfaces.ts'

/** A structure element (ISO 32000-1, 14.7.2) on the pages `first` to `last`. */
export interface StructureElement {
  role: string
  alt?: string | undefined
  language?: string | undefined
  /** Attributes of lists and table cells, as the print writes them. */
  attributes: string[]
  kids: StructureKid[]
  first: number
  last: number
}

/** A child of an element: another element, a marked-content sequence, or a link annotation. */
export type StructureKid = StructureElement | MarkedLeaf | AnnotationLeaf

/** A marked-content sequence of a page or form, by its id. */
export interface MarkedLeaf {
  surface: MarkedSurface
  number: number
  first: number
  last: number
}

/** A link annotation, by its object number in the print. */
export interface AnnotationLeaf {
  annotation: number
  first: number
  last: number
}
