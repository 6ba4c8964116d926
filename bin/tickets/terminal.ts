/** A stream that text is written to: standard output, standard error, or a stand-in for one. */
export interface TextStream {
  write(text: string): unknown
}

// Controls (C0, DEL, C1), lone surrogates, line and paragraph separators, and what reorders or hides the text
// around it.
const unsafe = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\u200B\u2060\uFEFF\uFFF9-\uFFFB]/gu
const unsafeWithinText = new RegExp(`(?!\\n)${unsafe.source}`, 'gu')
const shortEscapes: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/**
 * Makes one line safe to print. Names, file names, CSV headers and answers of a server may hold escape codes
 * that a terminal obeys (CWE-150); they are shown as `\u{1b}` instead. A line break within the line is shown
 * as `\n`, so that no value can add a line.
 */
export function printable(line: string): string {
  return line.replace(unsafe, escapeCharacter)
}

/** Writes lines, each made printable. */
export function writeLines(stream: TextStream, lines: readonly string[]): void {
  stream.write(`${lines.map(printable).join('\n')}\n`)
}

/** Writes text that has its own line breaks, such as a help page, made printable. */
export function writeText(stream: TextStream, text: string): void {
  stream.write(text.replace(unsafeWithinText, escapeCharacter))
}

/**
 * Writes data as one line of JSON. What a terminal would obey is written as JSON's own `\u` escapes, so the
 * data stays the same.
 */
export function writeJson(stream: TextStream, data: unknown): void {
  const json = JSON.stringify(data).replace(unsafe, (character) => `\\u${hexOf(character).padStart(4, '0')}`)
  stream.write(`${json}\n`)
}

function escapeCharacter(character: string): string {
  return shortEscapes[character] ?? `\\u{${hexOf(character)}}`
}

function hexOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16)
}
