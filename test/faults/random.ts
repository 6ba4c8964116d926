/** Draws random numbers that a seed repeats (mulberry32). */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** Draws a number from 0 up to, not including, 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** Draws a number between two. */
  between(least: number, most: number): number {
    return least + this.next() * (most - least)
  }

  /** Draws an integer between two, both included. */
  integer(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1))
  }

  /** Returns whether something of this probability happens. */
  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** Draws one of a list. @throws RangeError when that is empty. */
  one<T>(list: readonly T[]): T {
    const drawn = list[this.integer(0, list.length - 1)]
    if (drawn === undefined) throw new RangeError('There is nothing to draw from.')
    return drawn
  }

  /** Draws some of a list, each at most once, in random order. */
  some<T>(list: readonly T[], count: number): T[] {
    return this.shuffle([...list]).slice(0, count)
  }

  /** Draws one of a list, or nothing of an empty one. */
  pick<T>(list: T[]): T | undefined {
    return list[Math.floor(this.next() * list.length)]
  }

  /** Draws a name, each as often as its weight says. */
  weighted<Name extends string>(weights: Record<Name, number>): Name {
    const entries = Object.entries(weights) as [Name, number][]
    let left = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0)
    for (const [name, weight] of entries) {
      left -= weight
      if (left < 0) return name
    }
    return entries[0]?.[0] as Name
  }

  /** Puts a list in a random order. */
  shuffle<T>(list: T[]): T[] {
    return list
      .map((item) => ({ item, at: this.next() }))
      .sort((one, other) => one.at - other.at)
      .map(({ item }) => item)
  }
}
