import assert from 'node:assert/strict'
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeFile, makeFolder, makeGuestFile, runTickets } from './command-line.ts'
import { batch, calls, codeOf, fileOf, refusal, service, useFakeService } from './fake-service.ts'

useFakeService()

test('the PDFs come into the folder while the batch goes on, whole, named by guest', async () => {
  const folder = join(makeFolder(), 'made', 'here')
  service.ticketsEachPoll = 400
  const run = await runTickets(batch('--guests', makeGuestFile(1100), '--out', folder))
  assert.equal(run.code, 0, run.stderr)
  assert.match(run.stdout, /1,100 PDFs saved in .*here\.\n/)
  const files = readdirSync(folder)
  assert.equal(files.length, 1100)
  assert.ok(files.every((file) => /^\d{4}-Lovelace-Ada-TC-2026-\d{12}\.pdf$/.test(file)))
  assert.match(readFileSync(join(folder, fileOf(1100)), 'utf8'), /^%PDF-1\.7 of \/pdf\/1100/)
  const order = calls()
  assert.ok(order.indexOf('GET /pdf/1') < order.lastIndexOf(`GET /api/batches/${batchIdOf(run.stdout)}/status`))
  assert.equal(order.filter((call) => call.startsWith('GET /pdf/')).length, 1100)
})

test('a file that is there is compared by content: replaced where it differs, and named as files are now', async () => {
  const folder = makeFolder()
  const words = batch('--guests', makeGuestFile(3), '--out', folder, '--batch-id', 'b-1')
  assert.match((await runTickets(words)).stdout, /3 PDFs saved in/)
  renameSync(join(folder, fileOf(2)), join(folder, `${codeOf(2)}.pdf`))
  writeFileSync(join(folder, 'notes.txt'), 'mine')
  const again = await runTickets(['status', 'b-1', '--out', folder, '--url', service.url])
  assert.match(again.stdout, /0 PDFs saved in .*, 3 unchanged\.\n/)
  writeFileSync(join(folder, fileOf(1)), '%PDF-1.7 cut')
  const mended = await runTickets(['status', 'b-1', '--out', folder, '--url', service.url])
  assert.match(mended.stdout, /0 PDFs saved in .*, 1 replaced, 2 unchanged\.\n/)
  service.edition = ', second edition'
  const changed = await runTickets(['status', 'b-1', '--out', folder, '--url', service.url, '--json'])
  assert.equal(JSON.parse(changed.stdout).files.report.replacedCount, 3)
  assert.deepEqual(readdirSync(folder), [fileOf(1), fileOf(2), fileOf(3), 'notes.txt'])
  for (const guestId of [1, 2, 3]) assert.match(readFileSync(join(folder, fileOf(guestId)), 'utf8'), /second edition$/)
})

test('a reissued ticket is saved with its new code, and the file of its former code goes; files of others stay', async () => {
  const folder = makeFolder()
  await runTickets(batch('--guests', makeGuestFile(3), '--out', folder, '--batch-id', 'b-1'))
  const other = `0001-Turing-Alan-${codeOf(77)}.pdf`
  writeFileSync(join(folder, other), 'of another batch')
  service.reissued.add(2)
  const run = await runTickets(['status', 'b-1', '--out', folder, '--url', service.url])
  assert.match(run.stdout, /1 PDF saved in .*, 2 unchanged, 1 removed, whose codes are no longer valid\.\n/)
  const expected = [fileOf(1), other, fileOf(2, codeOf(1_000_002)), fileOf(3)]
  assert.deepEqual(readdirSync(folder).toSorted(), expected.toSorted())
})

test('--manifest lists guests, codes and files, and no cell of it is a formula', async () => {
  const folder = makeFolder()
  const manifest = join(makeFolder(), 'tickets.csv')
  const guests = makeFile(
    'g.csv',
    'guestId,firstName,lastName\n1,"=HYPERLINK(""http://x"")",+1\n2,@SUM(A1),-2\n3,"A, ""b""",Doe\n',
  )
  service.failing.set(2, 'RENDER_FAILED')
  await runTickets(batch('--guests', guests, '--out', folder, '--manifest', manifest))
  const [file1 = '', file3 = ''] = readdirSync(folder)
  assert.equal(
    readFileSync(manifest, 'utf8'),
    `${[
      'guestId,lastName,firstName,ticketCode,file',
      `1,'+1,"'=HYPERLINK(""http://x"")",${codeOf(1)},${file1}`,
      `2,'-2,'@SUM(A1),${codeOf(2)},`,
      `3,Doe,"A, ""b""",${codeOf(3)},${file3}`,
    ].join('\n')}\n`,
  )
})

test('a PDF that is refused is listed, and exits with 1', async () => {
  service.fault(/GET \/pdf\/2\?/, { status: 410, body: refusal('LINK_EXPIRED', 'This link is past its time.') })
  const run = await runTickets(batch('--guests', makeGuestFile(3), '--out', makeFolder()))
  assert.equal(run.code, 1)
  assert.match(run.stdout, /2 PDFs saved in .*, 1 could not be downloaded\.\n {2}TC-2026-000000000002: .*past its time/)
})

test('an unexpected answer for a PDF is reported without the signature of its link', async () => {
  service.fault(/GET \/pdf\/2\?/, { status: 404, body: 'not here' })
  const run = await runTickets(batch('--guests', makeGuestFile(3), '--out', makeFolder(), '--json'))
  assert.match(run.stdout, /\/pdf\/2 is not the ticket service: it answered 404/)
  assert.doesNotMatch(run.stdout + run.stderr, /signature=/)
})

test('generate saves the PDF of one ticket', async () => {
  const file = join(makeFolder(), 'ticket.pdf')
  const run = await runTickets(['generate', '--event', '456', '--guest', '9', '--out', file, '--url', service.url])
  assert.equal(run.stdout, `${codeOf(9)} is saved in ${file}.\n`)
  assert.match(readFileSync(file, 'utf8'), /^%PDF-/)
})

test('a command that failed fetches no further PDFs', async () => {
  const folder = makeFolder()
  const later = { status: 503, body: 'Slow down', headers: { 'retry-after': '1' } }
  service.ticketsEachPoll = 600
  service.fault(/GET \/pdf\//, later, 8)
  service.fault(/GET .*status.*cursor=/, { status: 403, body: refusal('FORBIDDEN', 'The credentials are over.') })
  const run = await runTickets(batch('--guests', makeGuestFile(1001), '--out', folder))
  assert.equal(run.code, 1)
  assert.match(run.stderr, /FORBIDDEN/)
  assert.ok(readdirSync(folder).length <= 8, `${readdirSync(folder).length} files`)
})

function batchIdOf(summary: string): string {
  return /\(batch (\S+)\)/.exec(summary)?.[1] ?? ''
}
