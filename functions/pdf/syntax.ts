/** The entries of a dictionary: values as written, by keys with their slash. */
export type Entries = Map<string, string>

/** Reads the dictionary at `start`, after white space (ISO 32000-1, 7.3.7); empty for anything else. */
export function readEntries(text: string | undefined, start = 0): Entries {
  const entries: Entries = new Map()
  const first = startOfValue(text ?? '', start)
  if (!text?.startsWith('<<', first)) return entries
  let key = startOfValue(text, first + '<<'.length)
  while (text.charCodeAt(key) === codes.slash) {
    const end = endOfToken(text, key + 1)
    const value = startOfValue(text, end)
    const next = endOfValue(text, value)
    if (next > text.length) break
    entries.set(text.slice(key, end), text.slice(value, next))
    key = startOfValue(text, next)
  }
  return entries
}

/** Writes a dictionary. */
export function writeEntries(entries: Iterable<[key: string, value: string]>): string {
  let written = '<<'
  for (const [key, value] of entries) written += `${key} ${value}\n`
  return `${written}>>`
}

/** Writes an array of references. */
export function writeReferences(numbers: number[]): string {
  return `[${numbers.map((number) => `${number} 0 R`).join(' ')}]`
}

/** Reads the items of an array as written; any other value is returned as the only item. */
export function readItems(value: string | undefined): string[] {
  if (!value?.startsWith('[')) return value === undefined ? [] : [value]
  const items: string[] = []
  const last = value.length - ']'.length
  for (let at = startOfValue(value, '['.length); at < last; ) {
    const end = endOfValue(value, at)
    items.push(value.slice(at, end))
    at = startOfValue(value, end)
  }
  return items
}

/** Reads the object number of a reference; undefined for any other value. */
export function readReference(value: string | undefined): number | undefined {
  if (!value?.endsWith(' R') || !isDigit(value.charCodeAt(0))) return undefined
  let number = 0
  for (let at = 0; isDigit(value.charCodeAt(at)); at++) number = 10 * number + value.charCodeAt(at) - codes.zero
  return number
}

/** Reads a name without its slash and `#` escapes; undefined for any other value. */
export function readName(value: string | undefined): string | undefined {
  if (!value?.startsWith('/')) return undefined
  if (!value.includes('#')) return value.slice(1)
  return value.slice(1).replace(/#([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
}

/** Reads a number; undefined for any other value. */
export function readNumber(value: string | undefined): number | undefined {
  return value !== undefined && /^[-+.\d]+$/.test(value) ? Number(value) : undefined
}

/**
 * Reads a text string, literal or hexadecimal (ISO 32000-1, 7.9.2.2); undefined for any other value. Without
 * a byte order mark it is read as Latin-1, which agrees with PDFDocEncoding in everything that Chromium
 * writes.
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

/** Decodes the escapes of a literal string (ISO 32000-1, 7.3.4.2); an escaped line break is dropped. */
function readEscapes(literal: string): string {
  return literal.replace(/\\(?:([0-7]{1,3})|(\r\n|[\s\S]))/g, (_, octal: string | undefined, character: string) =>
    octal ? String.fromCharCode(Number.parseInt(octal, 8) % 256) : (escapes[character] ?? character),
  )
}

/** Writes a text string. */
export function writeText(text: string): string {
  return `<FEFF${Buffer.from(text, 'utf16le').swap16().toString('hex').toUpperCase()}>`
}

/** Writes a date (ISO 32000-1, 7.9.4) to the second. */
export function writeDate(moment: Date): string {
  return `(D:${moment.toISOString().replaceAll(/\D/g, '').slice(0, 14)}Z)`
}

/** Replaces each reference in a value by what `rewrite` returns for its object number. */
export function rewriteReferences(value: string, rewrite: (number: number) => string): string {
  // Most values have none, and the test is quicker than the expression.
  if (!value.includes(' R')) return value
  return value.replace(stringsAndReferences, (all, number?: string) => (number === undefined ? all : rewrite(Number(number))))
}

const stringsAndReferences = /\((?:\\[\s\S]|[^\\()])*\)|\b(\d+) \d+ R\b/g

/** Skips white space to the start of a value. */
function startOfValue(text: string, at: number): number {
  let start = at
  while (start < text.length && kinds[text.charCodeAt(start)] === whiteSpace) start++
  return start
}

/** Finds the end of the value at `at`, or of a reference. Regular expressions took three times as long. */
function endOfValue(text: string, at: number): number {
  const first = text.charCodeAt(at)
  if (first === codes.parenthesis) return endOfString(text, at)
  if (first === codes.bracket) return endOfContainer(text, at, ']')
  if (first === codes.angle)
    return text.charCodeAt(at + 1) === codes.angle ? endOfContainer(text, at, '>>') : text.indexOf('>', at) + 1 || text.length
  const end = endOfToken(text, at + 1)
  return isDigit(first) ? endOfReference(text, end) : end
}

function endOfString(text: string, at: number): number {
  let end = at + 1
  while (end < text.length && text[end] !== ')') end += text[end] === '\\' ? 2 : 1
  return end + 1
}

function endOfContainer(text: string, at: number, closing: ']' | '>>'): number {
  let end = startOfValue(text, at + closing.length)
  while (end < text.length && !text.startsWith(closing, end)) end = startOfValue(text, endOfValue(text, end))
  return end + closing.length
}

function endOfToken(text: string, at: number): number {
  let end = at
  while (end < text.length && !kinds[text.charCodeAt(end)]) end++
  return end
}

/** Finds the end of a reference whose object number ends at `at`; `at` if no generation and `R` follow. */
function endOfReference(text: string, at: number): number {
  const generation = startOfValue(text, at)
  if (!isDigit(text.charCodeAt(generation))) return at
  const letter = startOfValue(text, endOfToken(text, generation))
  return text[letter] === 'R' && endOfToken(text, letter) === letter + 1 ? letter + 1 : at
}

function isDigit(code: number): boolean {
  return code >= codes.zero && code <= codes.nine
}

const whiteSpace = 1
const delimiter = 2

/** The class of each character code: white space, delimiter or neither (ISO 32000-1, 7.2.2). */
const kinds = Uint8Array.from({ length: 256 }, (_, code) => {
  const character = String.fromCharCode(code)
  if (/[\0\s]/.test(character)) return whiteSpace
  return /[()<>[\]{}/%]/.test(character) ? delimiter : 0
})

/** Character codes that begin values. */
const codes = { parenthesis: 0x28, slash: 0x2f, zero: 0x30, nine: 0x39, angle: 0x3c, bracket: 0x5b }
