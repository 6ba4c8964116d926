import { hash } from 'node:crypto'
import type { SharedMarkup } from './shared-markup.ts'

/**
 * A ticket's texts, and its markup without them: `tags` holds all that its structure depends on, `key` is
 * their hash.
 */
export interface ParsedMarkup {
  key: string
  tags: string
  texts: string[]
}

/**
 * Splits each ticket's HTML into markup and texts. The content of pictures, such as a QR code, belongs to
 * neither. Returns undefined for a ticket whose tags cannot be told from its texts with certainty.
 */
export function parseMarkup({ pieces, tickets }: SharedMarkup): (ParsedMarkup | undefined)[] {
  const parts = pieces.map(parsePiece)
  const tagNumbers = numberEqual(parts.map((part) => part?.tag))
  const known = new Map<string, Pick<ParsedMarkup, 'key' | 'tags'>>()
  return tickets.map((numbers) => {
    const own = numbers.flatMap((number) => parts[number] ?? [])
    if (own.length < numbers.length || own.some(({ closing }, index) => closing && !own[index + 1]?.tag.startsWith(closing)))
      return undefined
    // Most tickets of a print have the same tags; joining them for each takes longer than all else here.
    const sequence = numbers.map((number) => tagNumbers[number]).join()
    const tags = known.get(sequence) ?? describe(own.map(({ tag }) => tag).join(''))
    known.set(sequence, tags)
    return { ...tags, texts: own.flatMap(({ text }) => text || []) }
  })
}

/**
 * Reads the fingerprint of each ticket: the hash of its markup without texts, descriptions and link targets.
 * The same rules lay out all tickets of one fingerprint. A ticket whose tags cannot be told from its texts
 * has a fingerprint of its own.
 */
export function readFingerprints(documents: { html: string }[], parsed: (ParsedMarkup | undefined)[]): string[] {
  const known = new Map<string, string>()
  return documents.map(({ html }, index) => {
    const markup = parsed[index]
    if (!markup) return digest(html)
    const fingerprint = known.get(markup.key) ?? digest(withoutDescriptions(markup.tags))
    known.set(markup.key, fingerprint)
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

function describe(written: string): Pick<ParsedMarkup, 'key' | 'tags'> {
  // The title of the document is not printed; others describe pictures.
  const tags = written.replace(titleInHead, '$1')
  return { key: hash('sha1', tags), tags }
}

/** Numbers values, equal ones alike. */
function numberEqual<T>(values: T[]): number[] {
  const numbers = new Map<T, number>()
  return values.map((value) => {
    const number = numbers.get(value) ?? numbers.size
    numbers.set(value, number)
    return number
  })
}

/** A tag, the text after it, and the start of the tag that must follow if the text holds no markup. */
interface MarkupPart {
  tag: string
  text: string
  closing?: string
}

/** Splits the HTML between one `<` and the next; undefined where an attribute's value holds a `<`. */
function parsePiece(piece: string, index: number): MarkupPart | undefined {
  const [whole, name = ''] = notText.exec(piece) ?? []
  if (index === 0 || whole !== undefined) {
    // A comment that holds a `<` does not end here.
    if (piece.startsWith('!--') && !piece.includes('-->')) return undefined
    return { tag: `<${piece}`, text: '', ...(name && { closing: `</${name}` }) }
  }
  const tag = tagOnly.exec(piece)?.[0]
  if (tag === undefined) return undefined
  const text = piece.slice(tag.length)
  const structural = piece.includes('="') ? tag.replace(pictured, '') : tag
  // Whether there is any text affects layout: `:empty` is a selector.
  return { tag: `<${structural}${text && (spacesOnly.test(text) ? ' ' : '…')}`, text }
}

/** Matches a tag after its `<`; a `>` in a quoted value does not end it. */
const tagOnly = /^(?:[^"'>]|"[^"]*"|'[^']*')*>/
/** Matches comments, and elements whose text is not shown as such or holds no markup. */
const notText =
  /^(?:[!?]|(style|script|title|desc|textarea|select|option|template|noscript|xmp|iframe|noembed|noframes|plaintext)(?![\w-]))/i
const titleInHead = /^([^<]*(?:<(?!body\b|svg\b|title\b)[^<]*)*)<title[^<]*<\/title[^<]*/i
const pictured = / (?:d|points|src)="[^"]*"/g
/** Matches white space as HTML defines it: a no-break space is a letter. */
const spacesOnly = /^[ \t\n\f\r]*$/
