import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { codeOfFile, ticketFileName } from '../../../bin/tickets/file-name.ts'
import { makeFolder } from '../command-line.ts'

const ticketCode = 'TC-2026-7ZK3M9QX4T2B'
const nameOf = (lastName: string | null, firstName: string | null, position = 1, total = 10) =>
  ticketFileName({ position, total, guestId: 42, firstName, lastName, ticketCode })

test('a file is named by its number, the guest and the code', () => {
  assert.equal(nameOf('Lovelace', 'Ada'), `0001-Lovelace-Ada-${ticketCode}.pdf`)
  assert.equal(nameOf('O’Neill-Smith', 'Mary Jane', 7, 12_345), `00007-O-Neill-Smith-Mary-Jane-${ticketCode}.pdf`)
  assert.equal(nameOf('', 'Alan'), `0001-Alan-${ticketCode}.pdf`)
})

test('a guest without a letter or digit in the name, and one without a name, are named by id', () => {
  for (const name of ['', '🎉', '...', '\u200b\u3164', null]) assert.equal(nameOf(name, name), `0001-guest-42-${ticketCode}.pdf`)
})

test('letters of all scripts stay, in one form', () => {
  assert.equal(nameOf('王', '小明'), `0001-王-小明-${ticketCode}.pdf`)
  assert.equal(nameOf('शर्मा', 'अनन्या'), `0001-शर्मा-अनन्या-${ticketCode}.pdf`)
  assert.equal(nameOf('Lefe\u0300vre', 'A'), nameOf('Lefèvre', 'A'))
})

test('no name leaves the folder, is reserved by a system, hides its end, or is longer than any file system takes', () => {
  const folder = join(makeFolder(), 'tickets')
  mkdirSync(folder)
  const hostile = [
    '../../etc/passwd',
    'C:\\x',
    'CON',
    'nul.',
    'a\u0000b',
    '\u202egpj.exe',
    '*?"<>|',
    ' x ',
    '-rf',
    'x'.repeat(200),
  ]
  const long = ['王'.repeat(200), '👩‍👩‍👧‍👦a'.repeat(40), 'ก็'.repeat(100), 'a\u0301\u0302\u0303'.repeat(50)]
  const names = [...hostile, ...long].map((name, index) => nameOf(name, name, index + 1))
  for (const name of names) {
    assert.ok(Buffer.byteLength(name) <= 240, name)
    assert.match(name, /^\d{4}-[\p{L}\p{M}\p{N}-]+\.pdf$/u)
    assert.equal(name, name.normalize('NFC'))
    assert.equal(codeOfFile(name), ticketCode)
    writeFileSync(join(folder, name), '')
  }
  assert.deepEqual(readdirSync(folder).toSorted(), names.toSorted())
})

test('a code is read from the names of tickets alone', () => {
  assert.equal(codeOfFile(`${ticketCode}.pdf`), ticketCode)
  for (const name of [
    'notes.pdf',
    `x${ticketCode}.pdf`,
    `${ticketCode}.pdf.part`,
    `${ticketCode}.txt`,
    `0001-a-${ticketCode}-copy.pdf`,
  ])
    assert.equal(codeOfFile(name), undefined, name)
})
