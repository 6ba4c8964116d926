import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { qrSvg } from '../../functions/codes/qr-code.ts'
import { compileTemplate, trustedMarkup } from '../../functions/template/compile.ts'
import { printer } from '../fixtures/printer.ts'

const run = promisify(execFile)
const folder = path.resolve(import.meta.dirname, '../../templates')
const token = `TK1:${'AHJ7Q2XKPLM5NBVCXZ3RTYUIOPLK'.repeat(6).slice(0, 148)}`
const a4 = { width: 595, height: 842 }
const phone = { width: 283, height: 505 }
const third = { width: 595, height: 281 }
const tall = { width: 283, height: 595 }

/** Reads the width and height of a PDF's pages in points, one entry a page. */
async function pagesOf(file: string): Promise<{ width: number; height: number }[]> {
  const { stdout } = await run('pdfinfo', ['-l', '-1', file])
  const sizes = stdout.matchAll(/^Page +\d+ size: +([\d.]+) x ([\d.]+)/gm)
  return Array.from(sizes, ([, width, height]) => ({ width: Math.round(Number(width)), height: Math.round(Number(height)) }))
}

for (const [name, size] of Object.entries({ classic: a4, mobile: phone, stub: third, festival: tall })) {
  describe(`the template ${name}`, () => {
    let scratch: string
    let source: string
    let sample: Record<string, unknown>

    before(async () => {
      scratch = await mkdtemp(path.join(os.tmpdir(), 'template-test-'))
      source = await readFile(path.join(folder, name, 'ticket.hbs'), 'utf8')
      sample = JSON.parse(await readFile(path.join(folder, name, 'sample.json'), 'utf8'))
    })
    after(async () => {
      await rm(scratch, { recursive: true, force: true })
    })

    /** Prints one ticket and answers its file's path and size. */
    async function print(variables: Record<string, unknown>): Promise<{ file: string; bytes: number }> {
      const html = compileTemplate(source).fill({ ...variables, qrCode: trustedMarkup(qrSvg(token)) })
      const [ticket] = await printer.print([{ html, title: 'Ticket', createdAt: new Date(0) }], 20_000)
      const file = path.join(scratch, 'ticket.pdf')
      await writeFile(file, ticket?.pdf ?? '')
      return { file, bytes: ticket?.pdf.length ?? 0 }
    }

    /** Reads the QR code of the first page as a door would: from 100 dots an inch, by another program. */
    async function scan(file: string): Promise<string> {
      await run('pdftoppm', ['-r', '100', '-png', '-singlefile', file, file])
      return (await run('zbarimg', ['--quiet', '--raw', `${file}.png`])).stdout.trim()
    }

    it('needs the event and the guest’s name and nothing else', async () => {
      assert.deepEqual(compileTemplate(source).required.sort(), ['eventDate', 'eventName', 'firstName', 'lastName', 'location'])
      const { file } = await print({
        eventName: 'Jazz',
        eventDate: '12 June',
        location: 'Paris',
        firstName: 'Bo',
        lastName: 'Li',
      })
      assert.deepEqual(await pagesOf(file), [size])
    })

    it('prints its sample on one page under 60 KB, with a code that scans', async () => {
      const { file, bytes } = await print(sample)
      assert.deepEqual(await pagesOf(file), [size])
      assert.ok(bytes <= 60 * 1024, `${bytes} bytes`)
      assert.equal(await scan(file), token)
    })

    it('stays on one page, and its code scans, however long the texts are', async () => {
      const long = Object.fromEntries(Object.keys(sample).map((key) => [key, `${key} `.repeat(40)]))
      const unbroken = Object.fromEntries(Object.keys(sample).map((key) => [key, 'W'.repeat(300)]))
      const { locale, dir, ticketCode } = sample
      for (const variables of [long, unbroken]) {
        const { file } = await print({ ...variables, locale, dir, ticketCode })
        assert.deepEqual(await pagesOf(file), [size])
        assert.equal(await scan(file), token)
        assert.match((await run('pdftotext', [file, '-'])).stdout, new RegExp(String(ticketCode)))
      }
    })

    it('speaks the guest’s language, and its embedded fonts hold only what the page shows', async () => {
      const words = {
        en: 'Show this code',
        fr: 'Présentez ce code',
        de: 'Diesen Code',
        es: 'Muestre este código',
        pt: 'Mostre este código',
        fi: 'Show this code',
      }
      for (const [locale, text] of Object.entries(words)) {
        const { file } = await print({ ...sample, locale })
        assert.ok((await run('pdftotext', [file, '-'])).stdout.includes(text), locale)
        const fonts = (await run('pdffonts', [file])).stdout.split('\n').slice(2).filter(Boolean)
        assert.ok(fonts.length > 0 && fonts.every((font) => / CID TrueType .* yes yes yes /.test(font)), fonts.join('\n'))
      }
    })
  })
}
