import { PDFHexString, PDFString } from '@cantoo/pdf-lib'

/** Is the entries of a dictionary, each value as it is written, by their keys with the slash. */
export type Entries = Map<string, string>

/** Reads the entries of a dictionary as it is written (ISO 32000-1, 7.3.7); of anything else, none. */
export function readEntries(dictionary: string | undefined): Entries {
  const entries: Entries = new Map()
  if (!dictionary?.startsWith('<<')) return entries
  const values = valuesWithin(dictionary)
  for (let at = 0; at + 1 < values.length; at += 2) entries.set(values[at] ?? '', values[at + 1] ?? '')
  return entries
}

/** Writes a dictionary. */
export function writeEntries(entries: Iterable<[key: string, value: string]>): string {
  let written = '<<'
  for (const [key, value] of entries) written += `${key} ${value}\n`
  return `${written}>>`
}

/** Reads the items of an array as they are written; of anything else, that alone. */
export function readItems(value: string | undefined): string[] {
  if (value?.startsWith('[')) return valuesWithin(value)
  return value === undefined ? [] : [value]
}

/** Reads to which object a reference leads, by its number; nothing for what is none. */
export function readReference(value: string | undefined): number | undefined {
  const number = value === undefined ? undefined : /^(\d+) \d+ R$/.exec(value)?.[1]
  return number === undefined ? undefined : Number(number)
}

/** Reads a name, without the slash and its `#` escapes; nothing for what is none. */
export function readName(value: string | undefined): string | undefined {
  if (!value?.startsWith('/')) return undefined
  return value.slice(1).replace(/#([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
}

/** Reads a whole number or a fraction; nothing for what is none. */
export function readNumber(value: string | undefined): number | undefined {
  return value !== undefined && /^[-+.\d]+$/.test(value) ? Number(value) : undefined
}

/** Reads a text string (ISO 32000-1, 7.9.2.2), literal or of hexadecimal digits; nothing for what is none. */
export function readText(value: string | undefined): string | undefined {
  if (value?.startsWith('(')) return PDFString.of(value.slice(1, -1)).decodeText()
  return value?.startsWith('<') && !value.startsWith('<<') ? PDFHexString.of(value.slice(1, -1)).decodeText() : undefined
}

/** Writes a text string. */
export function writeText(text: string): string {
  return PDFHexString.fromText(text).toString()
}

/** Writes each reference in a value anew, as `rewrite` says of its number. */
export function rewriteReferences(value: string, rewrite: (number: number) => string): string {
  return value.replace(stringsAndReferences, (all, number: string | undefined) =>
    number === undefined ? all : rewrite(Number(number)),
  )
}

const stringsAndReferences = /\((?:\\[\s\S]|[^\\()])*\)|\b(\d+) \d+ R\b/g
const tokens = /\((?:\\[\s\S]|[^\\()])*\)|<<|>>|<[^<>]*>|[[\]]|\/?[^\s/<>[\](){}%]+|\//g

/** Lists the values that stand directly in a dictionary or an array; a reference is one. */
function valuesWithin(container: string): string[] {
  const values: string[] = []
  let depth = 0
  let start = 0
  for (const { 0: token, index } of container.matchAll(tokens)) {
    if (token === '<<' || token === '[') {
      if (depth === 1) start = index
      depth++
    } else if (token === '>>' || token === ']') {
      depth--
      if (depth === 1) values.push(container.slice(start, index + token.length))
    } else if (depth === 1 && token === 'R') values.push(`${values.splice(-2).join(' ')} R`)
    else if (depth === 1) values.push(token)
  }
  return values
}
