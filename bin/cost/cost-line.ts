import { type PriceName, prices } from './prices.ts'

/** A line of a bill: a number of units, their price, and the amount. */
export interface CostLine {
  what: string
  price: PriceName
  units: number
  dollars: number
}

/** Computes a line of a bill. */
export function line(what: string, price: PriceName, units: number): CostLine {
  const { dollars, per } = prices[price]
  return { what, price, units, dollars: (units * dollars) / per }
}

/** Sums the lines in dollars. */
export function sum(lines: readonly CostLine[]): number {
  return lines.reduce((total, { dollars }) => total + dollars, 0)
}
