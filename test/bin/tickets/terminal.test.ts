import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { drawScreen, redrawLine, writeJson, writeLines, writeText } from '../../../bin/tickets/terminal.ts'

function collect(write: (stream: { write(text: string): void }) => void): string {
  let written = ''
  write({
    write: (text) => {
      written += text
    },
  })
  return written
}

const printable = (line: string) => collect((stream) => writeLines(stream, [line])).slice(0, -1)

test('what a terminal obeys is shown by its code point', () => {
  assert.equal(printable('a\u001b[2Jb\u009bc\u007fd'), 'a\\u{1b}[2Jb\\u{9b}c\\u{7f}d')
  assert.equal(printable('\u202eabc\u2069\u061c\u2028'), '\\u{202e}abc\\u{2069}\\u{61c}\\u{2028}')
  assert.equal(printable('\ud800'), '\\u{d800}')
})

test('names of all scripts, joiners and emoji stay as they are', () => {
  for (const text of ['Zoë Müller', 'مريم الفاسي', 'क्‍ष', '👩‍👩‍👧‍👦', '王小明']) assert.equal(printable(text), text)
})

test('no value adds a line, and text keeps the line breaks that are its own', () => {
  assert.equal(
    collect((stream) => writeLines(stream, ['a\nb', 'c\rd\te'])),
    'a\\nb\nc\\rd\\te\n',
  )
  assert.equal(
    collect((stream) => writeText(stream, 'a\nb\u001b\n')),
    'a\nb\\u{1b}\n',
  )
})

test('JSON holds the same data without a character that a terminal obeys', () => {
  const data = { name: '\u009b31m\u202e\u007f\u001b\ufeff', ok: 'é' }
  const json = collect((stream) => writeJson(stream, data))
  assert.doesNotMatch(json.trimEnd(), /[\p{Cc}\u202e\ufeff]/u)
  assert.deepEqual(JSON.parse(json), data)
})

test('a redrawn line and screen hold no code but their own, and colours are added after', () => {
  assert.equal(
    collect((stream) => redrawLine(stream, '\u001b2', '\u009b1')),
    '\r\u001b[2K\\u{9b}1\n\\u{1b}2',
  )
  assert.equal(
    collect((stream) => drawScreen(stream, ['a\u0007'], (line) => `<${line}>`)),
    '\u001b[H\u001b[J<a\\u{7}>\n',
  )
})

test('no other file of the command line writes to a stream by itself', () => {
  const folder = join(import.meta.dirname, '../../../bin')
  const others = ['tickets.ts', ...globSync('tickets/*.ts', { cwd: folder })].filter((name) => !name.endsWith('terminal.ts'))
  for (const name of others) assert.doesNotMatch(readFileSync(join(folder, name), 'utf8'), /\.write\(|console\./, name)
})
