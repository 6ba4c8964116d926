import { hash } from 'node:crypto'
import type { SharedMarkup } from './compose-document.ts'

/** Is a ticket's markup in two parts: `tags` is all that its structure depends on, `key` the hash of that, and `texts` are its texts in their order. */
export interface MarkupShape {
  key: string
  tags: string
  texts: string[]
}

/**
 * Parts the markup of tickets into the tags with all that is not shown as text, and the texts. What a picture shows, a QR code for one, belongs to
 * neither. There is nothing for a ticket whose tags cannot be told from its texts for certain.
 */
export function readShapes({ pieces, tickets }: SharedMarkup): (MarkupShape | undefined)[] {
  const parts = pieces.map(partPiece)
  const tagNumbers = numberEqual(parts.map((part) => part?.tag))
  const known = new Map<string, Pick<MarkupShape, 'key' | 'tags'>>()
  return tickets.map((numbers) => {
    const own = numbers.flatMap((number) => parts[number] ?? [])
    if (own.length < numbers.length) return undefined
    // Most tickets of a print have the same tags: to put them together again and again takes longer than all else here.
    const sequence = numbers.map((number) => tagNumbers[number]).join()
    const tags = known.get(sequence) ?? describe(own.map(({ tag }) => tag).join(''))
    known.set(sequence, tags)
    return { ...tags, texts: own.flatMap(({ text }) => text || []) }
  })
}

function describe(tags: string): Pick<MarkupShape, 'key' | 'tags'> {
  return { key: hash('sha1', tags), tags }
}

/** Gives equal values equal numbers. */
function numberEqual<T>(values: T[]): number[] {
  const numbers = new Map<T, number>()
  return values.map((value) => {
    const number = numbers.get(value) ?? numbers.size
    numbers.set(value, number)
    return number
  })
}

/** Parts what stands between one `<` and the next. Texts hold none, but values of attributes may: then the quotes here come out odd. */
function partPiece(piece: string, index: number): { tag: string; text: string } | undefined {
  const tag = index === 0 || notText.test(piece) ? piece : tagOnly.exec(piece)?.[0]
  if (tag === undefined) return undefined
  const text = piece.slice(tag.length)
  const structural = piece.includes('="') ? tag.replace(pictured, '') : tag
  // Whether there is any text decides about layout: `:empty` is a selector.
  return { tag: `<${structural}${text && (spacesOnly.test(text) ? ' ' : '…')}`, text }
}

/** Matches a tag from behind its `<` on; a `>` in a quoted value does not end it. */
const tagOnly = /^(?:[^"'>]|"[^"]*"|'[^']*')*>/
/** Begins what is not a tag with text after it: comments, and elements whose text is not shown as such, or is no markup. */
const notText =
  /^(?:!|\?|style\b|script\b|title\b|desc\b|textarea\b|select\b|option\b|template\b|noscript\b|xmp\b|iframe\b|noembed\b|noframes\b|plaintext\b)/i
const pictured = / (?:d|points|src)="[^"]*"/g
const spacesOnly = /^\s*$/
