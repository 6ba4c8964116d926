import { styleText } from 'node:util'
import { type AlarmDescription, alarms, seriesOf, type Watched } from '../../functions/contract/monitoring/alarms.ts'
import { dashboard } from '../../functions/contract/monitoring/dashboard.ts'
import { lastValue } from './last-value.ts'
import type { MetricReadings } from './metric-readings.ts'

/** The measurements to describe, up to `now`. `health` describes the state of the service. */
interface Subject {
  readings: MetricReadings
  health: string
  now: number
  minutes: number
}

const appName = 'Ticket Generator'
const alarmMark = 'ALARM '
const bars = '▁▂▃▄▅▆▇█'
const barsOfLine = new RegExp(`[${bars}]+`, 'g')
const labelWidth = 46
const valueWidth = 10

/** Draws a dashboard as lines: for each series a bar per minute, and the latest value. */
export function drawPicture({ health, now, alarms, series }: Described, columns: number): string[] {
  const fitting = Math.max(1, columns - labelWidth - valueWidth - 2)
  const minutes = Math.min(series[0]?.values.length ?? 0, fitting)
  const raised = alarms.filter(({ state }) => state === 'alarm').map(({ name, meaning }) => `${alarmMark}${name}: ${meaning}`)
  return [
    `${appName}  ${health}  ${new Date(now).toLocaleTimeString('en-GB')}, one bar per minute, ${minutes} minutes`,
    ...(raised.length > 0 ? raised : ['  No alarms.']),
    ...series.flatMap((one, index) => drawSeries(one, { before: series[index - 1], minutes })),
  ]
}

/** Colours a line for a terminal: headings bold, alarms red, bars cyan. */
export function paintLine(line: string): string {
  if (line.startsWith(alarmMark)) return paint('red', line)
  if (!line.startsWith(' ')) return paint('bold', line)
  return line.replace(barsOfLine, (drawn) => paint('cyan', drawn))
}

/** The dashboard as data: all alarms, and all series with a value or null for each minute, the last one in `value` too. */
export type Described = ReturnType<typeof describePicture>

/** Describes the dashboard of contract/monitoring as data. */
export function describePicture({ readings, health, now, minutes }: Subject) {
  return {
    health,
    now,
    alarms: evaluateAlarms(readings, now),
    series: dashboard.flatMap(({ title: section, widgets }) =>
      widgets.flatMap(({ title, unit, series }) =>
        series.map((one) => {
          const values = readings.history(one, now, minutes).map((value) => value ?? null)
          return { section, title, label: one.label, unit, statistic: one.statistic, value: values.at(-1) ?? null, values }
        }),
      ),
    ),
  }
}

type DescribedSeries = Described['series'][number]

/** Draws a series, below the heading of its section and beside the title of its graph where these begin. */
function drawSeries(
  { section, title, label, unit, statistic, values }: DescribedSeries,
  { before, minutes }: { before: DescribedSeries | undefined; minutes: number },
): string[] {
  const isFirst = before?.section !== section || before.title !== title
  const name = `  ${(isFirst ? title : '').padEnd(26)}${label}`.padEnd(labelWidth)
  const shown = values.slice(-minutes)
  const line = `${name}${drawBars(shown)}${lastValue(unit, statistic, shown).padStart(valueWidth)}`
  return before?.section === section ? [line] : ['', section, line]
}

function drawBars(values: readonly (number | null)[]): string {
  const most = Math.max(...values.map((value) => value ?? 0))
  return values
    .map((value) => {
      if (value === null) return ' '
      return bars[most === 0 ? 0 : Math.round((value / most) * (bars.length - 1))]
    })
    .join('')
}

function paint(style: 'bold' | 'cyan' | 'red', text: string): string {
  return styleText(style, text, { validateStream: false })
}

/** The state of an alarm; `unknown` if the local stack does not measure it. */
export interface AlarmState {
  name: string
  state: 'ok' | 'alarm' | 'unknown'
  meaning: string
}

/** Evaluates every alarm as CloudWatch would. An alarm whose threshold depends on the stage is `unknown`. */
export function evaluateAlarms(readings: MetricReadings, now: number): AlarmState[] {
  const described: [string, AlarmDescription][] = Object.entries(alarms)
  return described.map(([name, alarm]) => ({ name, state: evaluate(alarm, readings, now), meaning: alarm.meaning }))
}

function evaluate(alarm: AlarmDescription, readings: MetricReadings, now: number): AlarmState['state'] {
  const { threshold, goesOff, periodSeconds, periods } = alarm
  if (typeof threshold !== 'number') return 'unknown'
  const values = Array.from({ length: periods }, (_, index) => {
    const until = now - index * periodSeconds * 1000
    return watchedValue(alarm.watched, (series) => readings.value(series, until - periodSeconds * 1000, until))
  })
  if (values.every((value) => value === undefined)) return 'unknown'
  const isRaised = values.every((value) => value !== undefined && (goesOff === 'over' ? value > threshold : value < threshold))
  return isRaised ? 'alarm' : 'ok'
}

type Read = (series: ReturnType<typeof seriesOf>[number]) => number | undefined

function watchedValue(watched: Watched, read: Read): number | undefined {
  const values = seriesOf(watched).map(read)
  if (values.every((value) => value === undefined)) return undefined
  const add = (some: (number | undefined)[]) => some.reduce((total: number, value) => total + (value ?? 0), 0)
  if ('sum' in watched) return add(values)
  const [part, ...all] = values
  const total = add(all)
  return total < watched.least ? 0 : (100 * (part ?? 0)) / total
}
