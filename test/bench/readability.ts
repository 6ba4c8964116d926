import { execFileSync, spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import QRCode from 'qrcode'
import { qrSvg } from '../../functions/codes/qr-code.ts'
import { ensureKeyFile } from '../../functions/trust/key-file.ts'
import { readSigningKeys } from '../../functions/trust/signing-keys.ts'
import { makeTicketCode } from '../../functions/trust/ticket-code.ts'
import { makeTicketSigner, type TicketSigner } from '../../functions/trust/ticket-signer.ts'
import { writeTable } from './markdown-table.ts'

/**
 * `npm run bench:readability` prints the share of damaged codes that each reader reads, by format of the code. `--samples` sets the number of codes.
 */
const { values } = parseArgs({
  options: { samples: { type: 'string', default: '200' }, enlarged: { type: 'string', default: '2' } },
})
const sampleCount = Number(values.samples)
const scan = { centimetres: 2, dotsPerInch: 150, enlarged: Number(values.enlarged) }

interface Damage {
  covered?: number
  blurSigma?: number
  angle?: number
  contrast?: [dark: number, light: number]
}

/** What damaged-codes.ts exports. It stands among the peers since what it imports is installed there alone. */
interface Peers {
  scanDamaged(
    code: { svg: string; modules: number; margin: number },
    how: typeof scan,
    what: { damage: Damage; random: () => number },
  ): Promise<Buffer>
  readWithZxing(png: Buffer): Promise<string>
}

const damages: [string, Damage][] = [
  ['as printed', {}],
  ['blurred (0.8 px)', { blurSigma: 0.8 }],
  ['rotated by 15°', { angle: 15 }],
  ['10% covered', { covered: 0.1 }],
  ['low contrast (30%)', { contrast: [100, 176] }],
  ['all of these (blur 0.5 px)', { blurSigma: 0.5, angle: 15, covered: 0.1, contrast: [100, 176] }],
]
const kinds = [
  { name: 'compact, level Q (ours)', format: 'compact', level: 'Q', margin: 4 },
  { name: 'JSON, level H, margin 2 (original)', format: 'json', level: 'H', margin: 2 },
  { name: 'JSON, level Q', format: 'json', level: 'Q', margin: 4 },
] as const
type Kind = (typeof kinds)[number]

const folder = await mkdtemp(join(tmpdir(), 'readability-'))
try {
  const peers = await loadPeers()
  await ensureKeyFile(join(folder, 'keys.json'))
  const signer = makeTicketSigner(await readSigningKeys(join(folder, 'keys.json')))
  const rows: string[][] = []
  for (const [damageName, damage] of damages)
    for (const kind of kinds) {
      const measured = await measure(kind, { damage, peers, signer })
      const percent = (count: number) => `${((100 * count) / sampleCount).toFixed(1)}%`
      const row = [
        damageName,
        kind.name,
        `${measured.modules} × ${measured.modules}`,
        percent(measured.zbar),
        percent(measured.zxing),
      ]
      process.stderr.write(`${row.join(', ')}\n`)
      rows.push(row)
    }
  process.stdout.write(`${sampleCount} codes each, symbol ${scan.centimetres} cm wide, scanned at ${scan.dotsPerInch} dpi, `)
  process.stdout.write(`enlarged ${scan.enlarged} times (bicubic) for the reader\n\n`)
  process.stdout.write(writeTable(['damage', 'code', 'modules', 'zbar', 'zxing'], rows))
} finally {
  await rm(folder, { recursive: true })
}

/** Counts how many of the codes of a kind each reader reads to the letter once they are damaged. */
async function measure(kind: Kind, { damage, peers, signer }: { damage: Damage; peers: Peers; signer: TicketSigner }) {
  const scans = await mkdtemp(join(folder, 'scans-'))
  const random = makeRandom(1)
  const texts: string[] = []
  let modules = 0
  let zxing = 0
  for (let sample = 0; sample < sampleCount; sample++) {
    const text = signer.sign(makeFacts(), kind.format)
    modules = QRCode.create(text, { errorCorrectionLevel: kind.level }).modules.size
    const look = {
      size: 200,
      margin: kind.margin,
      color: { dark: '#000000', light: '#FFFFFF' },
      errorCorrectionLevel: kind.level,
    }
    const png = await peers.scanDamaged({ svg: qrSvg(text, look), modules, margin: kind.margin }, scan, { damage, random })
    await writeFile(join(scans, `${sample}.png`), png)
    if ((await peers.readWithZxing(png)) === text) zxing++
    texts.push(text)
  }
  const read = await readWithZbar(scans)
  return { modules, zxing, zbar: texts.filter((text, sample) => read.get(`${sample}.png`) === text).length }
}

async function loadPeers(): Promise<Peers> {
  const cwd = join(import.meta.dirname, 'peers')
  if (!existsSync(join(cwd, 'node_modules/sharp'))) execFileSync('npm', ['install', '--no-save'], { cwd, stdio: 'inherit' })
  return await import(join(cwd, 'damaged-codes.ts'))
}

function makeFacts() {
  const issuedAt = new Date(Math.floor(Date.now() / 1000) * 1000)
  const [eventId, guestId] = [randomInt(1, 1_000_000), randomInt(1, 100_000_000)]
  return { ticketCode: makeTicketCode(issuedAt), eventId, guestId, issuedAt, expiresAt: null }
}

/** Reads every scan of a folder with zbar; returns the texts by file. Its exit status 4 says that some hold no code. */
async function readWithZbar(scans: string): Promise<Map<string, string>> {
  const files = Array.from({ length: sampleCount }, (_, sample) => `${sample}.png`)
  const { stdout } = spawnSync('zbarimg', ['-q', '--xml', '--nodbus', '-Sdisable', '-Sqrcode.enable', ...files], {
    cwd: scans,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
  const sources = [...stdout.matchAll(/<source href='([^']+)'>.*?<data[^>]*><!\[CDATA\[(.*?)\]\]>/gs)]
  return new Map(sources.map(([, file = '', text = '']) => [file, text]))
}

/** Makes numbers from 0 to 1 that are the same at every run (mulberry32). */
function makeRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
