import { redrawLine, type TextStream, writeLines } from './terminal.ts'

/** The progress of a batch. `saved` counts the files that are up to date; undefined without a folder. */
export interface BatchProgress {
  done: number
  total: number
  failed: number
  saved: number | undefined
  estimatedCompletion: string | null
}

/** A display of progress: a redrawn line on a terminal, and a new line every few seconds elsewhere. */
export interface Progress {
  show(progress: BatchProgress): void
  /** Writes a message above the line. */
  log(text: string): void
  /** Ends the line, so that other text can follow. */
  end(): void
}

/** The stream of the progress display: the standard error, or a fake of it. */
export interface ProgressStream extends TextStream {
  isTTY?: boolean
  columns?: number
}

const secondsBetweenLines = 5
const rateWindowSeconds = 10
const barCells = 16

/** Opens the progress display of a command. With `isQuiet`, it writes nothing. */
export function openProgress(stream: ProgressStream, { isQuiet }: { isQuiet: boolean }): Progress {
  if (isQuiet) return { show: () => undefined, log: () => undefined, end: () => undefined }
  return stream.isTTY ? redrawnLine(stream) : plainLines(stream)
}

function redrawnLine(stream: ProgressStream): Progress {
  const rate = new RateWindow()
  let line = ''
  return {
    show: (progress) => {
      line = describe(progress, rate.add(progress.done), drawBar(progress)).slice(0, (stream.columns || 80) - 1)
      redrawLine(stream, line)
    },
    log: (text) => redrawLine(stream, line, text),
    end: () => {
      if (line) writeLines(stream, [''])
      line = ''
    },
  }
}

function plainLines(stream: ProgressStream): Progress {
  const rate = new RateWindow()
  let lastWrittenAt = performance.now()
  return {
    show: (progress) => {
      const ticketsPerSecond = rate.add(progress.done)
      if (performance.now() - lastWrittenAt < secondsBetweenLines * 1000) return
      lastWrittenAt = performance.now()
      writeLines(stream, [describe(progress, ticketsPerSecond, '')])
    },
    log: (text) => writeLines(stream, [text]),
    end: () => undefined,
  }
}

/** Measures tickets per second over the last ten seconds. */
class RateWindow {
  #samples: { atMs: number; done: number }[] = []

  add(done: number): number {
    const now = performance.now()
    this.#samples.push({ atMs: now, done })
    const first = this.#samples.findLastIndex(({ atMs }) => now - atMs >= rateWindowSeconds * 1000)
    this.#samples = this.#samples.slice(Math.max(first, 0))
    const [oldest] = this.#samples
    if (!oldest || oldest.atMs === now) return 0
    return Math.max(0, (done - oldest.done) / ((now - oldest.atMs) / 1000))
  }
}

function describe(progress: BatchProgress, ticketsPerSecond: number, bar: string): string {
  const { done, total, failed, saved, estimatedCompletion } = progress
  const isDone = done === total
  const rest = estimatedCompletion ? Math.max(0, Date.parse(estimatedCompletion) - Date.now()) / 1000 : undefined
  return [
    `${bar}${formatCount(done)}/${formatCount(total)} tickets`,
    isDone ? '' : `${ticketsPerSecond.toFixed(0)}/s`,
    isDone || rest === undefined ? '' : `${formatSeconds(rest)} left`,
    saved === undefined ? '' : `${formatCount(saved)} files`,
    failed > 0 ? `${formatCount(failed)} failed` : '',
  ]
    .filter(Boolean)
    .join(', ')
}

/** Draws how much is done as a bar, with a space behind it. */
export function drawBar({ done, total }: Pick<BatchProgress, 'done' | 'total'>): string {
  const filled = Math.floor((done / Math.max(total, 1)) * barCells)
  return `${'█'.repeat(filled)}${'░'.repeat(barCells - filled)} `
}

/** Formats an integer with thousands separators: 10,000. */
export function formatCount(count: number): string {
  return count.toLocaleString('en')
}

/** Formats a duration for people: 42 s, 3 min 05 s, 1 h 02 min. */
export function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  const pad = (value: number) => String(value).padStart(2, '0')
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`
  return `${Math.floor(whole / 3600)} h ${pad(Math.floor((whole % 3600) / 60))} min`
}
