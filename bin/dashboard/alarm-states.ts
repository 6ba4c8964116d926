import { type AlarmDescription, alarms, seriesOf, type Watched } from '../../functions/contract/alarms.ts'
import type { MetricReadings } from './metric-readings.ts'

/** Is how an alarm stands; `unknown` is one of which this machine measures nothing. */
export interface AlarmState {
  name: string
  state: 'quiet' | 'off' | 'unknown'
  meaning: string
}

/** Judges every alarm by what was measured until now, as CloudWatch would. What needs a limit of a stage is not known here. */
export function judgeAlarms(readings: MetricReadings, now: number): AlarmState[] {
  const described: [string, AlarmDescription][] = Object.entries(alarms)
  return described.map(([name, alarm]) => ({ name, state: judge(alarm, readings, now), meaning: alarm.meaning }))
}

function judge(alarm: AlarmDescription, readings: MetricReadings, now: number): AlarmState['state'] {
  const { threshold, goesOff, periodSeconds, periods } = alarm
  if (typeof threshold !== 'number') return 'unknown'
  const values = Array.from({ length: periods }, (_, index) => {
    const until = now - index * periodSeconds * 1000
    return watchedValue(alarm.watched, (series) => readings.value(series, until - periodSeconds * 1000, until))
  })
  if (values.every((value) => value === undefined)) return 'unknown'
  const isOff = values.every((value) => value !== undefined && (goesOff === 'over' ? value > threshold : value < threshold))
  return isOff ? 'off' : 'quiet'
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
