import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { prepareFonts } from '../../../functions/print/fonts/prepare-fonts.ts'
import { openPrinter, type Printer } from '../../../functions/print/printer.ts'
import { cacheFolder, drawPage, inspect, joinPdfs, readText } from '../../fixtures/printing.ts'
import { wordsOfScripts } from '../../fixtures/words-of-scripts.ts'

const run = promisify(execFile)
const plain = (text: string) => text.normalize('NFKC').replace(/[\s\p{Cf}]/gu, '')
const asText = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

describe('fonts', () => {
  let folder: string
  let printer: Printer
  /** The answers of two processes that prepared the folder concurrently. */
  let prepared: unknown[]

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'fonts-test-'))
    const script = `import { prepareFonts } from ${JSON.stringify(path.resolve(import.meta.dirname, '../../../functions/print/fonts/prepare-fonts.ts'))}
      console.log(JSON.stringify(await prepareFonts(${JSON.stringify(folder)})))`
    const processes = await Promise.all([1, 2].map(() => run(process.execPath, ['--input-type=module', '-e', script])))
    prepared = processes.map(({ stdout }) => JSON.parse(stdout))
    printer = openPrinter({ cacheFolder, environment: await prepareFonts(folder) })
  })
  after(async () => {
    await printer.close()
    await rm(folder, { recursive: true, force: true })
  })

  /** Prints bodies, one page each, in the same style, and returns the files. */
  async function print(bodies: string[], style = 'font-family: sans-serif'): Promise<Uint8Array[]> {
    const documents = bodies.map((body) => ({
      html: `<!doctype html><html><head><style>@page { size: 200mm 60mm; margin: 5mm } body { ${style} }</style></head><body>${body}</body></html>`,
      title: 'Fonts',
      createdAt: new Date(0),
    }))
    return (await printer.print(documents, 20_000)).map(({ pdf }) => pdf)
  }

  /** Lists a file's fonts as poppler sees them, without the six letters that mark a subset. */
  async function fontsOf(
    pdf: Uint8Array = Buffer.of(),
  ): Promise<{ name: string; type: string; embedded: string; subset: string }[]> {
    const lines = (await inspect('pdffonts', [], pdf)).toString().split('\n').slice(2).filter(Boolean)
    return lines.map((line) => {
      const [, name = '', type = '', embedded = '', subset = ''] =
        /^(\S+)\s+(Type 3|CID TrueType|\S+)\s+\S+\s+(yes|no)\s+(yes|no)/.exec(line) ?? []
      return { name: name.replace(/^[A-Z]{6}\+/, ''), type, embedded, subset }
    })
  }

  /** Joins files into one whose content can be read as text. */
  const join = (pdfs: Uint8Array[]) => joinPdfs(pdfs, ['--qdf', '--object-streams=disable'])

  /** Lists the pages of joined files that show glyphs numbered 0, the box for a missing glyph, in fonts with two-byte codes. */
  function pagesWithMissingGlyphs(joined: Buffer): number[] {
    const parts = joined.toString('latin1').split('%% Contents for page ')
    return parts.flatMap((part) => {
      const shown = [...part.matchAll(/<([0-9A-Fa-f]+)>\s*T[jJ]/g)].map(([, hex = '']) => hex)
      const codes = shown.flatMap((hex) => (hex.length % 4 === 0 ? (hex.match(/.{4}/g) ?? []) : []))
      return codes.filter((code) => code === '0000').map(() => Number.parseInt(part, 10))
    })
  }

  async function guests(): Promise<{ name: string; locale: string }[]> {
    const csv = await readFile(path.join(import.meta.dirname, '../../data/guests-world.csv'), 'utf8')
    return csv
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','))
      .map(([, firstName = '', lastName = '', , , locale = '']) => ({ name: `${firstName} ${lastName}`, locale }))
  }

  for (const family of ['sans-serif', 'Arial', 'Inter', 'serif', 'Some Font That Nobody Has']) {
    it(`every guest's name has real glyphs and can be copied when a template says ${family}`, async () => {
      const all = await guests()
      const files = await print(
        all.map(({ name, locale }) => `<p lang="${locale}" dir="auto">${asText(name)}</p>`),
        `font-family: ${family}`,
      )
      const together = await join(files)
      const texts = (await readText(together)).split('\f').slice(0, -1)
      assert.deepEqual(
        texts.map(plain),
        all.map(({ name }) => plain(name)),
      )
      const missing = pagesWithMissingGlyphs(together)
      assert.deepEqual(
        missing.map((page) => all[page - 1]?.name),
        [],
      )
      for (const font of await fontsOf(together)) assert.equal(font.embedded, 'yes', font.name)
    })
  }

  it('a character that no font has is noticed by the check for missing glyphs', async () => {
    assert.deepEqual(pagesWithMissingGlyphs(await join(await print(['<p>a</p>', '<p>a \u{E123} b</p>']))), [2])
  })

  it('Han characters take the form of the guest’s language', async () => {
    const languages = {
      zh: 'SC',
      'zh-Hans': 'SC',
      'zh-CN': 'SC',
      'zh-Hant': 'TC',
      'zh-TW': 'TC',
      'zh-HK': 'TC',
      ja: 'JP',
      ko: 'KR',
      en: 'SC',
    }
    // A different character for each language, since a running Chromium remembers the fallback font of a character.
    const files = await print(
      Object.keys(languages).map((language, index) => `<p lang="${language}">${'直骨角海道述食令今'[index]}</p>`),
    )
    const families = await Promise.all(
      files.map(async (file) => (await fontsOf(file)).map(({ name }) => name.slice(0, 'NotoSansXX'.length))),
    )
    assert.deepEqual(
      families,
      Object.values(languages).map((region) => [`NotoSans${region}`]),
    )
  })

  it('where a template names the Han families, the same name takes each language’s form in one browser', async () => {
    const families = ['JP', 'SC', 'TC', 'KR', 'JP'].map((region) => `NotoSans${region}`)
    const bodies = families.map((family) => `<p style="font-family: '${family.replace(/^(Noto)(Sans)/, '$1 $2 ')}'">直骨</p>`)
    const files = await print(bodies)
    const used = await Promise.all(
      files.map(async (file) => (await fontsOf(file)).map(({ name }) => name.slice(0, 'NotoSansXX'.length))),
    )
    assert.deepEqual(
      used,
      families.map((family) => [family]),
    )
  })

  for (const weight of ['normal', 'bold'])
    it(`every script in modern use has glyphs and can be copied where the text is ${weight}`, async () => {
      const files = await print(
        wordsOfScripts.map((word) => `<p>${word}</p>`),
        `font-weight: ${weight}`,
      )
      const together = await join(files)
      const missing = pagesWithMissingGlyphs(together)
      assert.deepEqual(
        missing.map((page) => wordsOfScripts[page - 1]),
        [],
      )
      for (const font of await fontsOf(together)) assert.equal(font.embedded, 'yes', font.name)
      // poppler writes some right-to-left words, and marks, in another order.
      const sorted = (text: string) => [...plain(text)].sort().join('')
      const texts = (await readText(together)).split('\f').slice(0, -1)
      assert.deepEqual(texts.map(sorted), wordsOfScripts.map(sorted))
    })

  it('Urdu is set in Nastaliq where a template names that font, and else in one that can be copied', async () => {
    const files = await print(
      ['', 'font-family: "Noto Nastaliq Urdu"'].map((style) => `<p lang="ur" style='${style}'>محمد</p>`),
      'font-family: Inter',
    )
    const used = await Promise.all(files.map(async (file) => (await fontsOf(file)).map(({ name }) => name)))
    assert.deepEqual(used, [['Vazirmatn-Regular'], ['NotoNastaliqUrdu-Regular']])
  })

  it('a font of the machine is never used', async () => {
    const [file] = await print(['<p>Hamburgefonstiv</p>'], 'font-family: "DejaVu Sans", "Liberation Sans Narrow", Arial')
    assert.deepEqual(
      (await fontsOf(file)).map(({ name }) => name),
      ['Arimo-Regular'],
    )
  })

  it('bold is a bold font of its own, embedded as a subset', async () => {
    const bodies = ['Inter', 'Arial', 'serif', 'monospace', 'Noto Sans JP'].map((family) =>
      `<p style="font-family: '${family}'">東京 Tokyo</p>`.replace(/'(serif|monospace)'/, '$1'),
    )
    const files = await print(bodies, 'font-weight: bold')
    const bold = await Promise.all(files.map(async (file) => (await fontsOf(file)).filter(({ type }) => type === 'CID TrueType')))
    assert.deepEqual(
      bold.map((fonts) => fonts.map(({ name }) => name)[0]),
      ['Inter-Bold', 'Arimo-Bold', 'Tinos-Bold', 'Cousine-Bold', 'NotoSansJP-Thin'],
    )
    assert.ok(bold.flat().every(({ subset }) => subset === 'yes'))
  })

  it('what fontconfig read from the fonts is trusted by the next browser, which reads none of them again', async () => {
    await printer.probe()
    const { XDG_CACHE_HOME } = await prepareFonts(folder)
    assert.equal((await stat(path.join(XDG_CACHE_HOME, 'fonts'))).mtimeMs, 0, 'whatever becomes of the time when it is moved')
    // A cache that is not trusted is rewritten, to a file of another inode.
    const read = async () => {
      const below = path.join(XDG_CACHE_HOME, 'fontconfig')
      const names = (await readdir(below)).toSorted()
      return await Promise.all(names.map(async (name) => [name, (await stat(path.join(below, name))).ino]))
    }
    const before = await read()
    assert.ok(before.some(([name]) => /\.cache-\d+$/.test(`${name}`)))
    const next = openPrinter({ cacheFolder, environment: await prepareFonts(folder) })
    await next.print([{ html: '<!doctype html><p>Ticket', title: 'Fonts', createdAt: new Date(0) }], 20_000)
    await next.close()
    assert.deepEqual(await read(), before)
  })

  it('emoji are in colour, and a sequence of several is one picture', async () => {
    const [file = Buffer.of()] = await print(['<p>👩‍🚀 🇬🇧 🎉</p>'])
    const pixels = await drawPage(file, 1, 72)
    const colourful = Array.from({ length: pixels.length / 3 - 10 }, (_, pixel) =>
      pixels.subarray(pixel * 3 + 15, pixel * 3 + 18),
    ).filter((channels) => Math.max(...channels) - Math.min(...channels) > 80)
    assert.ok(colourful.length > 50, `only ${colourful.length} pixels have colour`)
    assert.equal(plain(await readText(file)), plain('👩‍🚀 🇬🇧 🎉'))
  })

  it('two processes that prepare the same folder at once both succeed and leave one copy, which all the others here print with', async () => {
    assert.deepEqual(prepared, [await prepareFonts(folder), await prepareFonts(folder)])
    assert.equal((await readdir(folder)).length, 1)
    assert.ok((await prepareFonts(folder)).FONTCONFIG_FILE.startsWith(folder))
  })
})
