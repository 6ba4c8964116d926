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
    if (own.length < numbers.length || own.some(({ closing }, index) => closing && !own[index + 1]?.tag.startsWith(closing)))
      return undefined
    // Most tickets of a print have the same tags: to put them together again and again takes longer than all else here.
    const sequence = numbers.map((number) => tagNumbers[number]).join()
    const tags = known.get(sequence) ?? describe(own.map(({ tag }) => tag).join(''))
    known.set(sequence, tags)
    return { ...tags, texts: own.flatMap(({ text }) => text || []) }
  })
}

/**
 * Makes a fingerprint of each ticket: the hash of its markup without what only its reader sees, texts and descriptions and where links lead. Tickets
 * of one fingerprint are laid out by the same rules. A ticket whose tags cannot be told from its texts has a fingerprint that no other has.
 */
export function readFingerprints(documents: { html: string }[], shapes: (MarkupShape | undefined)[]): string[] {
  const known = new Map<string, string>()
  return documents.map(({ html }, index) => {
    const shape = shapes[index]
    if (!shape) return digest(html)
    const fingerprint = known.get(shape.key) ?? digest(withoutDescriptions(shape.tags))
    known.set(shape.key, fingerprint)
    return fingerprint
  })
}

const digest = (text: string): string => hash('sha1', text, 'base64url').slice(0, 16)

/** Blanks the values of attributes that describe, unless a style sheet may select by them or show them. */
function withoutDescriptions(tags: string): string {
  if (/attr\(/i.test(tags)) return tags
  const selected = new Set(Array.from(tags.matchAll(/\[\s*(?:[\w*]*\|)?([\w:-]+)/g), ([, name = '']) => name.toLowerCase()))
  return tags.replace(describing, (attribute, name: string, value: string) => {
    const isMentioned =
      selected.has(name.replace('xlink:', '')) || (name === 'id' ? tags.includes(`#${value}`) : value.startsWith('#'))
    return isMentioned ? attribute : `${name}=""`
  })
}

const describing = /(?<=\s)(id|alt|title|href|xlink:href|content|aria-label|aria-description|data-[\w-]+)="([^"]*)"/g

function describe(written: string): Pick<MarkupShape, 'key' | 'tags'> {
  // The title of the document is not printed; others describe pictures.
  const tags = written.replace(titleInHead, '$1')
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

/** Is a tag, the text behind it, and with what the next tag must begin, if it must. */
interface MarkupPart {
  tag: string
  text: string
  closing?: string
}

/** Parts what stands between one `<` and the next. Texts hold none, but values of attributes may: then the quotes here come out odd. */
function partPiece(piece: string, index: number): MarkupPart | undefined {
  const [whole, name = ''] = notText.exec(piece) ?? []
  if (index === 0 || whole !== undefined) {
    // Where it holds a `<`, it does not end here.
    if (piece.startsWith('!--') && !piece.includes('-->')) return undefined
    return { tag: `<${piece}`, text: '', ...(name && { closing: `</${name}` }) }
  }
  const tag = tagOnly.exec(piece)?.[0]
  if (tag === undefined) return undefined
  const text = piece.slice(tag.length)
  const structural = piece.includes('="') ? tag.replace(pictured, '') : tag
  // Whether there is any text decides about layout: `:empty` is a selector.
  return { tag: `<${structural}${text && (spacesOnly.test(text) ? ' ' : '…')}`, text }
}

/** Matches a tag from behind its `<` on; a `>` in a quoted value does not end it. */
const tagOnly = /^(?:[^"'>]|"[^"]*"|'[^']*')*>/
/** Begins what is not a tag with text after it: comments and the like, and elements whose text is not shown as such, or is no markup. */
const notText =
  /^(?:[!?]|(style|script|title|desc|textarea|select|option|template|noscript|xmp|iframe|noembed|noframes|plaintext)(?![\w-]))/i
const titleInHead = /^([^<]*(?:<(?!body\b|svg\b|title\b)[^<]*)*)<title[^<]*<\/title[^<]*/i
const pictured = / (?:d|points|src)="[^"]*"/g
/** White space as HTML has it: a space that does not break is a letter. */
const spacesOnly = /^[ \t\n\f\r]*$/
