import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { prepareFonts } from '../../functions/pdf/fonts.ts'
import { openPrinter, type Printer } from '../../functions/pdf/print.ts'

const run = promisify(execFile)

/** Runs a command that reads a file and writes to standard output; qpdf and pdftotext do. */
async function read(command: string, ...args: string[]): Promise<string> {
  return (await run(command, args, { maxBuffer: 64 * 1024 * 1024 })).stdout
}

const plain = (text: string) => text.normalize('NFKC').replace(/[\s\p{Cf}]/gu, '')
const asText = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

describe('fonts', () => {
  let folder: string
  let printer: Printer

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'fonts-test-'))
    printer = openPrinter({ cacheFolder: path.join(os.tmpdir(), 'ticket-generator'), environment: await prepareFonts(folder) })
  })
  after(async () => {
    await printer.close()
    await rm(folder, { recursive: true, force: true })
  })

  /** Prints bodies, a page each with the same style, and answers the files' paths. */
  async function print(bodies: string[], style = 'font-family: sans-serif'): Promise<string[]> {
    const documents = bodies.map((body) => ({
      html: `<!doctype html><html><head><style>@page { size: 200mm 60mm; margin: 5mm } body { ${style} }</style></head><body>${body}</body></html>`,
      title: 'Fonts',
      createdAt: new Date(0),
    }))
    const printed = await printer.print(documents, 20_000)
    return Promise.all(
      printed.map(async ({ pdf }, index) => {
        const file = path.join(folder, `${index}.pdf`)
        await writeFile(file, pdf)
        return file
      }),
    )
  }

  /** Lists a file's fonts as poppler sees them, without the six letters that mark a subset. */
  async function fontsOf(file: string): Promise<{ name: string; type: string; embedded: string; subset: string }[]> {
    const lines = (await read('pdffonts', file)).split('\n').slice(2).filter(Boolean)
    return lines.map((line) => {
      const [, name = '', type = '', embedded = '', subset = ''] =
        /^(\S+)\s+(Type 3|CID TrueType|\S+)\s+\S+\s+(yes|no)\s+(yes|no)/.exec(line) ?? []
      return { name: name.replace(/^[A-Z]{6}\+/, ''), type, embedded, subset }
    })
  }

  /** Counts the glyphs numbered 0, the box for a missing glyph, among those that a page shows in fonts with two-byte codes. */
  async function countMissingGlyphs(file: string): Promise<number> {
    const content = await read('qpdf', '--qdf', '--object-streams=disable', file, '-')
    const codes = [...content.matchAll(/<([0-9A-Fa-f]+)>\s*T[jJ]/g)].flatMap(([, hex = '']) =>
      hex.length % 4 === 0 ? (hex.match(/.{4}/g) ?? []) : [],
    )
    return codes.filter((code) => code === '0000').length
  }

  async function guests(): Promise<{ name: string; locale: string }[]> {
    const csv = await readFile(path.join(import.meta.dirname, '../data/guests-world.csv'), 'utf8')
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
      for (const [index, { name }] of all.entries()) {
        const file = files[index] ?? ''
        assert.equal(plain(await read('pdftotext', file, '-')), plain(name))
        assert.equal(await countMissingGlyphs(file), 0, `${name} has missing glyphs`)
        for (const font of await fontsOf(file)) assert.equal(font.embedded, 'yes')
      }
    })
  }

  it('a character that no font has is noticed by the check for missing glyphs', async () => {
    const [file = ''] = await print(['<p>a \u{E123} b</p>'])
    assert.equal(await countMissingGlyphs(file), 1)
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
    // A character for each language: Chromium remembers, for as long as it runs, which font it fell back to for a character.
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

  it('other scripts than those of the guest list have glyphs too', async () => {
    const words = [
      'ગુજરાતી',
      'ਪੰਜਾਬੀ',
      'తెలుగు',
      'ಕನ್ನಡ',
      'മലയാളം',
      'ଓଡ଼ିଆ',
      'සිංහල',
      'ລາວ',
      'ខ្មែរ',
      'မြန်မာ',
      'ދިވެހި',
      'اردو پښتو',
      '★ ☎ → ✓ ⚽',
      '䶮㛃𬀩骣犋杗姅',
    ]
    for (const file of await print(words.map((word) => `<p>${word}</p>`))) {
      assert.equal(await countMissingGlyphs(file), 0)
      assert.ok((await fontsOf(file)).every(({ embedded }) => embedded === 'yes'))
    }
  })

  it('a font of the machine is never used', async () => {
    const [file = ''] = await print(['<p>Hamburgefonstiv</p>'], 'font-family: "DejaVu Sans", "Liberation Sans Narrow", Arial')
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

  it('emoji are in colour, and a sequence of several is one picture', async () => {
    const [file = ''] = await print(['<p>👩‍🚀 🇬🇧 🎉</p>'])
    const pixels = (await run('pdftoppm', ['-r', '72', file], { encoding: 'buffer' })).stdout
    const colourful = Array.from({ length: pixels.length / 3 - 10 }, (_, pixel) =>
      pixels.subarray(pixel * 3 + 15, pixel * 3 + 18),
    ).filter((channels) => Math.max(...channels) - Math.min(...channels) > 80)
    assert.ok(colourful.length > 50, `only ${colourful.length} pixels have colour`)
    assert.equal(plain(await read('pdftotext', file, '-')), plain('👩‍🚀 🇬🇧 🎉'))
  })

  it('two processes that prepare the same folder at once both succeed and leave one copy', async () => {
    const shared = await mkdtemp(path.join(os.tmpdir(), 'fonts-test-'))
    try {
      const script = `import { prepareFonts } from ${JSON.stringify(path.resolve(import.meta.dirname, '../../functions/pdf/fonts.ts'))}
        console.log((await prepareFonts(${JSON.stringify(shared)})).FONTCONFIG_FILE)`
      const outputs = await Promise.all([1, 2].map(() => read(process.execPath, '--input-type=module', '-e', script)))
      assert.equal(outputs[0], outputs[1])
      assert.equal((await readdir(shared)).length, 1)
      assert.ok(outputs[0]?.startsWith(shared))
    } finally {
      await rm(shared, { recursive: true, force: true })
    }
  })
})
