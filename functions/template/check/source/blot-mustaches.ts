import Handlebars from 'handlebars'
import type { SourcePlaces } from './source-places.ts'

/** The placeholder for each character of a mustache with output. */
export const blot = '\uE000'

/** The placeholder for each character of a mustache without output: a seam between a block's branches. */
export const seam = '\t'

/** Replaces mustaches by placeholders, which keep all offsets and the markup of all branches. */
export function blotMustaches(source: string, program: hbs.AST.Program, places: SourcePlaces): string {
  const finder = new PieceFinder(places)
  finder.accept(program)
  const bare: string[] = []
  let end = 0
  for (const piece of finder.pieces.sort((one, other) => one.start - other.start)) {
    bare.push(seam.repeat(Math.max(0, piece.start - end)))
    const text = source.slice(piece.start, piece.end)
    bare.push(piece.isOutput ? blot.repeat(text.length) : text.replaceAll(seam, ' '))
    end = piece.end
  }
  bare.push(seam.repeat(Math.max(0, source.length - end)))
  return bare.join('')
}

class PieceFinder extends Handlebars.Visitor {
  readonly pieces: { start: number; end: number; isOutput: boolean }[] = []
  readonly #places: SourcePlaces

  constructor(places: SourcePlaces) {
    super()
    this.#places = places
  }

  override ContentStatement(content: hbs.AST.ContentStatement): void {
    this.#keep(content, false)
  }

  override MustacheStatement(mustache: hbs.AST.MustacheStatement): void {
    this.#keep(mustache, true)
  }

  #keep({ loc }: hbs.AST.Node, isOutput: boolean): void {
    this.pieces.push({ start: this.#places.offsetOf(loc.start), end: this.#places.offsetOf(loc.end), isOutput })
  }
}
