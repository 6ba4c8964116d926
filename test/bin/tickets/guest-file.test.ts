import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { BadInput } from '../../../bin/tickets/failures.ts'
import { readGuestFile } from '../../../bin/tickets/guest-file.ts'
import { makeFile } from '../command-line.ts'

const header = 'guestId,firstName,lastName,email,ticketType,locale'
const ada = { guestId: 1, firstName: 'Ada', lastName: 'Lovelace' }

const readFile = (content: string | Buffer) => readGuestFile(makeFile('guests.csv', content))
const read = async (content: string | Buffer) => (await readFile(content)).guests

async function problemsOf(content: string | Buffer) {
  const error = await read(content).then(
    () => assert.fail('The file was taken.'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof BadInput, String(error))
  return { message: error.message, details: error.details }
}

test('a line becomes a guest, its empty cells left out', async () => {
  assert.deepEqual(await read(`${header}\n1,Ada,Lovelace,ada@example.com,VIP,en\n2,Alan,,,,\n`), [
    { ...ada, email: 'ada@example.com', ticketType: 'VIP', locale: 'en' },
    { guestId: 2, firstName: 'Alan', lastName: '' },
  ])
})

test("the world's names are read as they are", async () => {
  const { guests } = await readGuestFile(join(import.meta.dirname, '../../data/guests-world.csv'))
  assert.equal(guests.length, 36)
  assert.deepEqual(guests[1], {
    guestId: 1002,
    firstName: 'Amélie',
    lastName: 'Lefèvre',
    email: 'amelie.lefevre@example.com',
    ticketType: 'Standard',
    locale: 'fr',
  })
})

test('further columns go to the data of the guest', async () => {
  assert.deepEqual(await read('guestId,firstName,lastName,seat,Table No\n1,Ada,Lovelace,A12,\n2,Alan,Turing,B1,7\n'), [
    { ...ada, data: { seat: 'A12' } },
    { guestId: 2, firstName: 'Alan', lastName: 'Turing', data: { seat: 'B1', 'Table No': '7' } },
  ])
})

test("the registry's columns are known in any order and spelling", async () => {
  assert.deepEqual(await read('Last Name,first_name,GUESTID\nLovelace,Ada,1\n'), [ada])
})

test('a byte order mark and CRLF line breaks are taken', async () => {
  assert.deepEqual(await read('\uFEFFguestId,firstName,lastName\r\n1,Ada,Lovelace\r\n'), [ada])
})

test('the line breaks of old Macs, and no line break at the end, are taken', async () => {
  assert.deepEqual(await read('guestId,firstName,lastName\r1,Ada,Lovelace'), [ada])
})

test('quoted cells hold commas, quotes and line breaks', async () => {
  const [guest] = await read('guestId,firstName,lastName,note\r\n1,"Ada, ""the first""",Lovelace,"two\r\nlines"\r\n')
  assert.deepEqual(guest, { ...ada, firstName: 'Ada, "the first"', data: { note: 'two\nlines' } })
})

test('a quote inside a cell that does not begin with one is an ordinary character', async () => {
  const [guest] = await read('guestId,firstName,lastName\n1,Ada "A",Lovelace\n')
  assert.equal(guest?.firstName, 'Ada "A"')
})

test('the semicolons and tabs of Excel are recognised', async () => {
  const semicolons = 'guestId;firstName;lastName;note\r\n1;Ada;Lovelace;a, b, c\r\n'
  const expected = [{ ...ada, data: { note: 'a, b, c' } }]
  assert.deepEqual(await read(semicolons), expected)
  assert.deepEqual(await read(`sep=;\r\n${semicolons}`), expected)
  assert.deepEqual(await read(semicolons.replaceAll(';', '\t')), expected)
})

test("Excel's hint line is taken in quotes, in capitals, and with the delimiters that Excel adds", async () => {
  for (const hint of ['sep=;', '"sep=;"', 'SEP=;', 'sep=;;;;', '"sep=;";;'])
    assert.deepEqual(await read(`\uFEFF${hint}\r\nguestId;firstName;lastName\r\n1;Ada;Lovelace\r\n`), [ada], hint)
  assert.deepEqual(await read('"sep=,"\nguestId,firstName,lastName\n1,Ada,Lovelace\n'), [ada])
  assert.deepEqual(await read('sep=|\nguestId|firstName|lastName\n1|Ada|Lovelace\n'), [ada])
})

test('the delimiter is found beside letters beyond ASCII, quotes, line breaks and other delimiters in the header', async () => {
  const [guest] = await read('guestId;"first name";lastName;"Prénom, court; ou\nlong"\n1;Ada;Lovelace;x\n')
  assert.deepEqual(guest, { ...ada, data: { 'Prénom, court; ou\nlong': 'x' } })
  assert.deepEqual(await read('guestId|firstName|lastName\n1|Ada|Lovelace\n'), [ada])
})

test('UTF-16 with its mark, as Excel saves "Unicode Text", is taken, and without it refused', async () => {
  const text = 'guestId\tfirstName\tlastName\r\n1\tZoë\t王\r\n'
  const little = Buffer.from(text, 'utf16le')
  const expected = [{ guestId: 1, firstName: 'Zoë', lastName: '王' }]
  assert.deepEqual(await read(Buffer.concat([Buffer.of(0xff, 0xfe), little])), expected)
  assert.deepEqual(await read(Buffer.concat([Buffer.of(0xfe, 0xff), Buffer.from(little).swap16()])), expected)
  assert.match((await problemsOf(little)).message, /is not UTF-8 text/)
})

test('ids with leading zeros are named with what becomes of them, and those that then repeat another are refused', async () => {
  const lines = Array.from({ length: 7 }, (_, index) => `00${index + 1},A,B\n`).join('')
  const { guests, notices } = await readFile(`guestId,firstName,lastName\n${lines}10,A,B\n020,A,B\n`)
  assert.equal(guests.length, 9)
  assert.deepEqual(notices, [
    'Guest ids are whole numbers, without leading zeros: 001 is 1 (line 2), 002 is 2 (line 3), 003 is 3 (line 4), 004 is 4 (line 5), 005 is 5 (line 6), and 3 more.',
  ])
  const { details } = await problemsOf('guestId,firstName,lastName\n7,A,B\n007,C,D\n')
  assert.deepEqual(details, [{ line: 3, path: 'guestId', problem: 'repeats the 7 of line 2' }])
})

test('lines without any value are passed over, and lines may lack their empty end', async () => {
  assert.deepEqual(await read(`${header},note\n\n,,,,,,\n1,Ada,Lovelace\n   \n`), [ada])
})

test('every bad line is named by its number, with the field and what is allowed', async () => {
  const { message, details } = await problemsOf(
    `${header}\n1,Ada,Lovelace,not-an-address,,\n\n2,"Al\nan",Turing,,,\nx,,Hopper,,,english please\n1,Ada,Again,,,\n`,
  )
  assert.match(message, /guests\.csv has 3 bad lines; nothing was sent\.$/)
  assert.deepEqual(details, [
    { line: 2, path: 'email', problem: 'must be an e-mail address' },
    { line: 6, path: 'guestId', problem: 'must be an integer from 1 to 9007199254740991' },
    { line: 6, path: 'firstName', problem: 'must not be empty' },
    { line: 6, path: 'locale', problem: 'must be a BCP 47 language tag, like fr or zh-Hant' },
    { line: 7, path: 'guestId', problem: 'repeats the 1 of line 2' },
  ])
})

test('line numbers count the line breaks in quoted cells, however they are written', async () => {
  for (const lineBreak of ['\n', '\r\n', '\r']) {
    const lines = [header, '1,"A', 'd', 'a",Lovelace,,,', '', '2,"Al', 'an",Turing,wrong,,', '3,,Hopper,,,']
    const { details } = await problemsOf(lines.join(lineBreak))
    assert.deepEqual(
      details.map(({ line }) => line),
      [6, 8],
    )
  }
})

test('a line of Excel\'s "sep=" counts as the first', async () => {
  const { details } = await problemsOf('sep=;\nguestId;firstName;lastName\n1;;Lovelace\n')
  assert.deepEqual(details, [{ line: 3, path: 'firstName', problem: 'must not be empty' }])
})

test('a line with too many or too few cells is named', async () => {
  const { details } = await problemsOf('guestId,firstName,lastName\n1,Ada,Lovelace, Countess\n2,Alan\n')
  assert.deepEqual(details, [
    {
      line: 2,
      path: 'line',
      problem: 'has 4 cells, and the first line names 3 columns: quote a cell that holds the separator',
    },
    { line: 3, path: 'line', problem: 'has 2 cells, and the first line names 3 columns' },
  ])
})

test('a quote that is never closed is named, and so are the lines before it', async () => {
  const { details } = await problemsOf('guestId,firstName,lastName\n1,,Lovelace\n2,"Alan,Turing\n3,Grace,Hopper\n')
  assert.deepEqual(details, [
    { line: 2, path: 'firstName', problem: 'must not be empty' },
    { line: 3, path: 'line', problem: 'opens a quote that is never closed' },
  ])
})

test('free data that the service would refuse is named by its column', async () => {
  const { details } = await problemsOf(`guestId,firstName,lastName,note\n1,Ada,Lovelace,${'x'.repeat(2001)}\n`)
  assert.deepEqual(details, [{ line: 2, path: 'data.note', problem: 'must be at most 2000 characters' }])
})

test('a first line without the columns tells which are missing', async () => {
  const { message, details } = await problemsOf('1,Ada,Lovelace\n2,Alan,Turing\n')
  assert.match(message, /first line must name the columns: guestId, firstName, lastName/)
  assert.deepEqual(details[0], { line: 1, path: 'guestId', problem: 'is missing; the line names 1, Ada, Lovelace' })
  assert.equal(details.length, 3)
})

test('a column that is named twice, or as nothing may be named, is refused', async () => {
  const { details } = await problemsOf('guestId,firstName,lastName,Guest Id,__proto__\n')
  assert.deepEqual(
    details.map(({ path }) => path),
    ['guestId', '__proto__'],
  )
})

test('a file that is not UTF-8 says how to save it', async () => {
  const { message } = await problemsOf(Buffer.from('guestId,firstName,lastName\n1,Amélie,Lefèvre\n', 'latin1'))
  assert.match(message, /is not UTF-8 text: save it as "CSV UTF-8"/)
})

test('a file without guests, and one that is not there, are refused', async () => {
  assert.match((await problemsOf('')).message, /lists no guest/)
  assert.match((await problemsOf(`${header}\n`)).message, /lists no guest/)
  await assert.rejects(readGuestFile('/nowhere/guests.csv'), /nowhere\/guests\.csv cannot be read: no such file or directory\.$/)
})
