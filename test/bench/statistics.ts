/** Finds the value below which the share `fraction` (0 to 1) of the values lies; 0 for none. */
export function quantile(values: number[], fraction: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(fraction * sorted.length))] ?? 0
}

/** Finds the middle value; 0 for none. */
export function median(values: number[]): number {
  return quantile(values, 0.5)
}

/** Computes the mean; 0 for none. */
export function mean(values: number[]): number {
  return values.length ? values.reduce((total, value) => total + value, 0) / values.length : 0
}
