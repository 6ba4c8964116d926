import type { WidgetUnit } from '../../functions/contract/monitoring/dashboard.ts'
import type { Statistic } from '../../functions/contract/monitoring/series.ts'

const formats: Record<WidgetUnit, (value: number) => string> = {
  count: (value) => Math.round(value).toLocaleString('en'),
  seconds: (value) =>
    value > 0 && value < 1 ? `${(value * 1000).toPrecision(3)} ms` : `${value === 0 ? 0 : value.toFixed(1)} s`,
  milliseconds: (value) => `${Math.round(value).toLocaleString('en')} ms`,
  bytes: (value) => `${(value / 1000).toFixed(0)} KB`,
  percent: (value) => `${value.toFixed(0)} %`,
  days: (value) => `${value.toFixed(1)} days`,
}

/** Writes the current value of a series: the last one of a gauge; a count restarts every minute. */
export function lastValue(unit: WidgetUnit, statistic: Statistic, values: readonly (number | null | undefined)[]): string {
  const last = statistic === 'Sum' ? values.at(-1) : values.findLast((value) => value !== undefined && value !== null)
  return writeValue(unit, last)
}

/** Writes a value with its unit; a dash if there is none. */
export function writeValue(unit: WidgetUnit, value: number | null | undefined): string {
  return value === undefined || value === null ? '–' : formats[unit](value)
}
