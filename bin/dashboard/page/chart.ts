import uPlot from 'uplot'
import { lastValue, writeValue } from '../last-value.ts'
import type { Described } from '../picture.ts'

type Drawn = Described['series'][number]

const minuteMs = 60_000
const height = 150
const colours = 8

/** A graph of the dashboard: lines over time, and below them the table of their last values. */
export class Chart {
  readonly element = document.createElement('section')
  readonly #nothing = Object.assign(document.createElement('p'), { className: 'quiet', textContent: 'Nothing measured.' })
  #plot: uPlot | undefined
  #series: Drawn[] = []

  constructor(title: string) {
    this.element.append(Object.assign(document.createElement('h3'), { textContent: title }), this.#nothing)
  }

  /** Draws the series that have a value within the minutes before `now`. */
  show(all: Drawn[], now: number): void {
    const series = all.filter(({ values }) => values.some((value) => value !== null))
    const isSame = this.#plot && series.map(({ label }) => label).join() === this.#series.map(({ label }) => label).join()
    this.#series = series
    this.#nothing.hidden = series.length > 0
    if (!isSame) this.#build()
    const minutes = all[0]?.values.length ?? 0
    const times = Array.from({ length: minutes }, (_, index) => (now - (minutes - 1 - index) * minuteMs) / 1000)
    // A count without a measurement is 0, whereas a gauge keeps its value until the next.
    const drawn = series.map(({ statistic, values }) => (statistic === 'Sum' ? values.map((value) => value ?? 0) : values))
    this.#plot?.setData([times, ...drawn])
  }

  /** Follows the width of the page. */
  fit(): void {
    this.#plot?.setSize({ width: this.#width(), height })
  }

  /** Redraws in the page's current colours. */
  repaint(): void {
    this.#plot?.redraw()
  }

  #width(): number {
    const { paddingLeft, paddingRight } = getComputedStyle(this.element)
    return this.element.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight)
  }

  #build(): void {
    this.#plot?.destroy()
    this.#plot = undefined
    const { unit } = this.#series[0] ?? {}
    if (!unit) return
    const axis = { stroke: () => colour('--quiet'), grid: { stroke: () => colour('--line'), width: 1 }, ticks: { show: false } }
    const options: uPlot.Options = {
      ...{ width: this.#width(), height },
      cursor: { y: false, drag: { setScale: false } },
      scales: { y: { range: (_plot, _least, most) => [0, Math.max(most * 1.1, Number.EPSILON) || 1] } },
      axes: [
        { ...axis, size: 24, values: (_plot, times) => times.map(clockTime) },
        { ...axis, size: 64, values: (_plot, values) => values.map((value) => writeValue(unit, value)) },
      ],
      series: [{}, ...this.#series.map((one, index) => this.#line(one, index))],
    }
    this.#plot = new uPlot(options, [[], ...this.#series.map(() => [])], this.element)
    this.#plot.root.querySelector('canvas')?.setAttribute('aria-hidden', 'true')
  }

  #line({ label, unit }: Drawn, index: number): uPlot.Series {
    return {
      label,
      stroke: () => colour(`--series-${index % colours}`),
      width: 2,
      spanGaps: true,
      points: { show: true, size: 4 },
      // Without a pointer over the chart, the table says what holds now.
      value: (_plot, value, _index, at) => {
        const { statistic = 'Sum', values = [] } = this.#series[index] ?? {}
        return typeof at === 'number' ? writeValue(unit, value) : lastValue(unit, statistic, values)
      },
    }
  }
}

function clockTime(seconds: number): string {
  return new Date(seconds * 1000).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
}

function colour(name: string): string {
  // A canvas does not know light-dark(): the computed style of an element does.
  const probe = document.createElement('i')
  probe.style.color = `var(${name})`
  document.body.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}
