import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { unpackChromium } from '../../../functions/print/chromium/binary.ts'
import { prepareFonts } from '../../../functions/print/fonts/prepare-fonts.ts'
import { cacheFolder } from '../../fixtures/printing.ts'
import { writeTable } from '../markdown-table.ts'
import { median } from '../statistics.ts'
import { checkSample } from './check-sample.ts'
import type { EngineSettings } from './engine.ts'
import { type EngineWorkers, startEngine } from './engine-workers.ts'
import { templateFiles } from './ticket-html.ts'
import { type BenchTicket, makeTickets } from './tickets.ts'
import { ours, type Way, ways } from './ways.ts'

/**
 * `npm run bench:render` prints the tickets per second of this service and of other ways to make PDFs. `--only` picks ways by name.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
    template: { type: 'string', default: 'original' },
  },
})

installPeers()
const temporaryFolder = await mkdtemp(join(tmpdir(), 'ticket-bench-'))
try {
  const settings = await prepareSettings(temporaryFolder)
  const chosen = ways.filter((way) => way === ours || way.name.includes(values.only))
  const measured = await measureAll(chosen, settings)
  process.stdout.write(`${availableParallelism()} cores, ${cpus()[0]?.model}, Node ${process.version}\n\n${describe(measured)}`)
} finally {
  await rm(temporaryFolder, { recursive: true, force: true })
}

interface Measured {
  way: Way
  perSecond: number[]
  pdfBytes: number[]
  good: string
}

/**
 * Installs what the peers need, by their own lock file, the first time. Not with `npm ci`: it wants Typst's packages for every other
 * platform in the lock file, and not all of that version can be had everywhere.
 */
function installPeers(): void {
  const cwd = fileURLToPath(new URL('../peers', import.meta.url))
  if (existsSync(join(cwd, 'node_modules/.package-lock.json'))) return
  execFileSync('npm', ['install', '--no-save'], { cwd, stdio: ['ignore', 'ignore', 'inherit'] })
}

async function prepareSettings(temporaryFolder: string): Promise<EngineSettings> {
  const binary = await unpackChromium(cacheFolder)
  const fonts = await prepareFonts(cacheFolder)
  return {
    templateFile: values.template === 'classic' ? templateFiles.classic : templateFiles.original,
    executable: binary.executable,
    environment: { ...fonts, LD_LIBRARY_PATH: binary.libraries, LANG: 'C.UTF-8' },
    fontFolder: join(fonts.XDG_CACHE_HOME, 'fonts'),
    temporaryFolder,
  }
}

/** Measures the ways in turn, round after round, so that a machine that gets slower does so for all. */
async function measureAll(chosen: Way[], settings: EngineSettings): Promise<Measured[]> {
  const tickets = makeTickets(Math.max(...chosen.map(({ perRound }) => perRound)))
  const running: { way: Way; engine: EngineWorkers; perSecond: number[] }[] = []
  try {
    for (const way of chosen) {
      process.stderr.write(`${way.name}: starting\n`)
      const engine = await startEngine(way, settings)
      running.push({ way, engine, perSecond: [] })
      await engine.print(tickets.slice(0, Math.ceil(way.perRound / 2)))
    }
    for (let round = 1; round <= Number(values.rounds); round++) {
      for (const { way, engine, perSecond } of running) {
        perSecond.push(way.perRound / (await engine.print(tickets.slice(0, way.perRound))))
        process.stderr.write(`round ${round}: ${way.name}: ${perSecond.at(-1)?.toFixed(1)} tickets/s\n`)
      }
    }
    return await Promise.all(running.map(async (one) => ({ ...one, ...(await inspect(one.engine, tickets[0])) })))
  } finally {
    await Promise.all(running.map(({ engine }) => engine.close()))
  }
}

async function inspect(engine: EngineWorkers, ticket: BenchTicket | undefined): Promise<{ pdfBytes: number[]; good: string }> {
  const inspections = await engine.inspect()
  const pdfBytes = inspections.flatMap((inspection) => inspection.pdfBytes)
  const long = inspections.flatMap(({ pageCounts }) => pageCounts).filter((pages) => pages !== 1)
  if (long.length) return { pdfBytes, good: `${long.length} of ${pdfBytes.length} not of one page` }
  const sample = inspections[0]?.sample
  return { pdfBytes, good: sample && ticket ? await checkSample(sample, ticket) : 'nothing printed' }
}

function describe(measured: Measured[]): string {
  const reference = measured.find(({ way }) => way === ours)?.perSecond ?? []
  const rows = measured.map(({ way, perSecond, pdfBytes, good }) => {
    const rate = median(perSecond)
    const spread = `${Math.min(...perSecond).toFixed(1)}–${Math.max(...perSecond).toFixed(1)}`
    // Compared within each round: a machine that others slow down is as slow for both then.
    const ratio = median(perSecond.map((value, round) => (reference[round] ?? 0) / value))
    const kilobytes = (median(pdfBytes) / 1024).toFixed(1)
    return [way.name, rate.toFixed(1), spread, (1000 / rate).toFixed(1), `${ratio.toFixed(1)} ×`, kilobytes, good]
  })
  const header = ['way', 'tickets/s', 'least–most', 'ms a ticket', 'ours is', 'KB a PDF', 'one page, QR and text right']
  return writeTable(header, rows)
}
