import { drawBar, type ProgressStream } from '../../tickets/progress-line.ts'
import { redrawLine, writeLines } from '../../tickets/terminal.ts'

/** Runs a step of a start and shows it; `work` may report its progress, from 0 to 1. */
export type RunStep = <T>(title: string, work: (onProgress: (done: number) => void) => Promise<T>) => Promise<T>

const redrawMs = 100
/** How long a step takes before its bar is shown. */
const barAfterMs = 2000

interface Step {
  title: string
  startedAt: number
  done: number
}

/**
 * Shows the steps of a start, several of which may run concurrently: a line for each finished step and, on a terminal,
 * the running ones, with a bar for those that take longer.
 */
export function openSteps(stream: ProgressStream): RunStep {
  const running = new Set<Step>()
  let timer: NodeJS.Timeout | undefined
  const redraw = () =>
    redrawLine(
      stream,
      [...running]
        .map(describe)
        .join('   ')
        .slice(0, (stream.columns || 80) - 1),
    )
  return async (title, work) => {
    const step = { title, startedAt: performance.now(), done: 0 }
    running.add(step)
    if (stream.isTTY) timer ??= setInterval(redraw, redrawMs)
    try {
      const result = await work((done) => {
        step.done = done
      })
      const line = `${title}: ${((performance.now() - step.startedAt) / 1000).toFixed(1)} s`
      if (stream.isTTY) redrawLine(stream, '', line)
      else writeLines(stream, [line])
      return result
    } finally {
      running.delete(step)
      if (running.size === 0 && timer) {
        clearInterval(timer)
        timer = undefined
        redrawLine(stream, '')
      }
    }
  }
}

function describe({ title, startedAt, done }: Step): string {
  const seconds = (performance.now() - startedAt) / 1000
  const isLong = seconds * 1000 > barAfterMs && done > 0
  return `${title} ${isLong ? `${drawBar({ done: Math.round(done * 100), total: 100 })}${Math.round(done * 100)}%` : `${seconds.toFixed(0)} s`}`
}
