import { type AlarmDescription, alarms, seriesOf, type Watched } from '../../functions/contract/monitoring/alarms.ts'
import type { MetricReadings } from './metric-readings.ts'

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
