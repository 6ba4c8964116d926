/** A text stream: standard output, standard error, or a fake of one. */
export interface TextStream {
  write(text: string): unknown
}

// Controls (C0, DEL, C1), lone surrogates, line and paragraph separators, bidi controls and invisible
// characters.
const unsafe = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\u200B\u2060\uFEFF\uFFF9-\uFFFB]/gu
const unsafeWithinText = new RegExp(`(?!\\n)${unsafe.source}`, 'gu')
const shortEscapes: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/**
 * Escapes a line for a terminal. Names, file names, CSV headers and server answers may hold escape codes
 * (CWE-150), which are shown as `\u{1b}`. A line break is shown as `\n`, so that no value can add a line.
 */
export function printable(line: string): string {
  return line.replace(unsafe, escapeCharacter)
}

/** Writes lines, each escaped. */
export function writeLines(stream: TextStream, lines: readonly string[]): void {
  stream.write(`${lines.map(printable).join('\n')}\n`)
}

/** Draws lines in place of what the terminal shows, each escaped before `paint` colours it. */
export function drawScreen(stream: TextStream, lines: readonly string[], paint: (line: string) => string): void {
  stream.write(`\u001b[H\u001b[J${lines.map((line) => `${paint(printable(line))}\n`).join('')}`)
}

/** Replaces the terminal's current line by an escaped one, below `above` if given. */
export function redrawLine(stream: TextStream, line: string, above?: string): void {
  stream.write(`\r\u001b[2K${above === undefined ? '' : `${printable(above)}\n`}${printable(line)}`)
}

/** Writes escaped text with its own line breaks, such as a help page. */
export function writeText(stream: TextStream, text: string): void {
  stream.write(text.replace(unsafeWithinText, escapeCharacter))
}

/** Writes data as a line of JSON, with unsafe characters as `\u` escapes, which preserve the data. */
export function writeJson(stream: TextStream, data: unknown): void {
  stream.write(`${printableJson(JSON.stringify(data))}\n`)
}

/** Escapes a line of JSON, which stays JSON of the same data. */
export function printableJson(json: string): string {
  return json.replace(unsafe, (character) => `\\u${hexOf(character).padStart(4, '0')}`)
}

function escapeCharacter(character: string): string {
  return shortEscapes[character] ?? `\\u{${hexOf(character)}}`
}

function hexOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16)
}
