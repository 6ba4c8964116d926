import type { MarkedSurface } from './marked-surfaces.ts'

/** Is an element of a PDF's structure tree (ISO 32000-1, 14.7.2) that lies on the pages `first` to `last`. */
export interface StructureElement {
  role: string
  alt?: string | undefined
  language?: string | undefined
  /** Tell of lists and table cells what their role does not, as the print writes it. */
  attributes: string[]
  kids: StructureKid[]
  first: number
  last: number
}

/** Is what an element consists of: other elements, stretches of a content stream, or a link's annotation. */
export type StructureKid = StructureElement | MarkedLeaf | AnnotationLeaf

/** Is a stretch of a page's or form's content stream. */
export interface MarkedLeaf {
  surface: MarkedSurface
  number: number
  first: number
  last: number
}

/** Is a link's annotation, by its number in the print. */
export interface AnnotationLeaf {
  annotation: number
  first: number
  last: number
}
