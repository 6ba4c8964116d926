import { styleText } from 'node:util'
import { type AlarmDescription, alarms, seriesOf, type Watched } from '../../functions/contract/monitoring/alarms.ts'
import { dashboard, type Widget } from '../../functions/contract/monitoring/dashboard.ts'
import { lastValue } from './last-value.ts'
import type { MetricReadings } from './metric-readings.ts'

/** The data of a picture. `health` describes the state of the service. */
export interface Subject {
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

/** Draws the dashboard of contract/monitoring: for each series a bar per minute, and the latest value. */
export function drawPicture(subject: Subject, columns: number): string[] {
  const minutes = Math.max(1, Math.min(subject.minutes, columns - labelWidth - valueWidth - 2))
  const drawn = { ...subject, minutes }
  return [
    `${appName}  ${subject.health}  ${new Date(subject.now).toLocaleTimeString('en-GB')}, one bar per minute, ${minutes} minutes`,
    ...drawAlarms(subject),
    ...dashboard.flatMap(({ title, widgets }) => ['', title, ...widgets.flatMap((widget) => drawWidget(widget, drawn))]),
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

/** Returns the dashboard as data. */
export function describePicture({ readings, health, now, minutes }: Subject) {
  return {
    health,
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

function drawAlarms({ readings, now }: Subject): string[] {
  const raised = evaluateAlarms(readings, now).filter(({ state }) => state === 'alarm')
  if (raised.length === 0) return ['  No alarms.']
  return raised.map(({ name, meaning }) => `${alarmMark}${name}: ${meaning}`)
}

function drawWidget({ title, unit, series }: Widget, { readings, now, minutes }: Subject): string[] {
  return series.map((one, index) => {
    const values = readings.history(one, now, minutes)
    const label = `  ${(index === 0 ? title : '').padEnd(26)}${one.label}`.padEnd(labelWidth)
    return `${label}${drawBars(values)}${lastValue(unit, one.statistic, values).padStart(valueWidth)}`
  })
}

function drawBars(values: readonly (number | undefined)[]): string {
  const most = Math.max(...values.map((value) => value ?? 0))
  return values
    .map((value) => {
      if (value === undefined) return ' '
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
