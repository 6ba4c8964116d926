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

/**
 * Reads a text string (ISO 32000-1, 7.9.2.2), literal or of hexadecimal digits; nothing for what is none. Without a byte order mark its
 * characters are taken for Latin-1, as which PDFDocEncoding has all that Chromium writes so.
 */
export function readText(value: string | undefined): string | undefined {
  if (value?.startsWith('(')) return decodeText(Buffer.from(readEscapes(value.slice(1, -1)), 'latin1'))
  if (!value?.startsWith('<') || value.startsWith('<<')) return undefined
  return decodeText(Buffer.from(value.replaceAll(/[^0-9A-Fa-f]/g, ''), 'hex'))
}

function decodeText(bytes: Buffer): string {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  return bytes.toString('latin1')
}

const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', '\n': '', '\r': '', '\r\n': '' }

/** Reads the escapes of a literal string (ISO 32000-1, 7.3.4.2); a line break after a backslash is none. */
function readEscapes(literal: string): string {
  return literal.replace(/\\(?:([0-7]{1,3})|(\r\n|[\s\S]))/g, (_, octal: string | undefined, character: string) =>
    octal ? String.fromCharCode(Number.parseInt(octal, 8) % 256) : (escapes[character] ?? character),
  )
}

/** Writes a text string. */
export function writeText(text: string): string {
  return `<FEFF${Buffer.from(text, 'utf16le').swap16().toString('hex').toUpperCase()}>`
}

/** Writes a moment (ISO 32000-1, 7.9.4), to the second. */
export function writeDate(moment: Date): string {
  return `(D:${moment.toISOString().replaceAll(/\D/g, '').slice(0, 14)}Z)`
}

/** Writes each reference in a value anew, as `rewrite` says of its number. */
export function rewriteReferences(value: string, rewrite: (number: number) => string): string {
  return value.replace(stringsAndReferences, (all, number: string | undefined) =>
    number === undefined ? all : rewrite(Number(number)),
  )
}

const stringsAndReferences = /\((?:\\[\s\S]|[^\\()])*\)|\b(\d+) \d+ R\b/g

/** Lists the values that stand directly in a dictionary or an array; a reference is one. Not by a regular expression: that takes thrice as long. */
function valuesWithin(container: string): string[] {
  const values: string[] = []
  const starts: number[] = []
  const last = container.length - (container.startsWith('[') ? 1 : 2)
  for (let at = container.length - last; at < last; ) {
    const end = endOfValue(container, at)
    if (end === at) {
      at++
      continue
    }
    // Before an R stand the two numbers of its reference.
    const isReference = container[at] === 'R'
    if (isReference) values.splice(-2)
    values.push(container.slice(isReference ? starts.at(-2) : at, end))
    starts.push(at)
    at = end
  }
  return values
}

/** Finds where the value ends that begins at `at`; there itself, if none does. */
function endOfValue(text: string, at: number): number {
  const first = text[at]
  if (first === '(') return endOfString(text, at)
  if (first === '<' && text[at + 1] !== '<') return text.indexOf('>', at) + 1 || text.length
  if (first === '<' || first === '[') return endOfContainer(text, at)
  let end = first === '/' ? at + 1 : at
  while (end < text.length && !isDelimiter[text.charCodeAt(end)]) end++
  return end
}

function endOfString(text: string, at: number): number {
  let end = at + 1
  while (end < text.length && text[end] !== ')') end += text[end] === '\\' ? 2 : 1
  return end + 1
}

function endOfContainer(text: string, at: number): number {
  const closing = text[at] === '[' ? ']' : '>>'
  let end = at + closing.length
  while (end < text.length && !text.startsWith(closing, end)) end = Math.max(endOfValue(text, end), end + 1)
  return end + closing.length
}

/** Tells of each character code whether it ends a name or number (ISO 32000-1, 7.2.2). */
const isDelimiter = Uint8Array.from({ length: 256 }, (_, code) => Number(/[\0\s()<>[\]{}/%]/.test(String.fromCharCode(code))))
