import type { Call } from './calls.ts'

/** How long the calls of a route took in each database, in milliseconds. */
export interface Measured {
  title: string
  small: number[]
  large: number[]
}

/**
 * Times each call in both databases, again and again; the first rounds fill caches and do not count. Of each pair, the one and the other come
 * first in turn, so that whatever else the machine does slows both.
 */
export async function measure(pairs: { small: Call; large: Call }[], rounds: number): Promise<Measured[]> {
  const measured = pairs.map(({ small: { route, detail } }) => ({
    ...{ title: detail ? `${route}, ${detail}` : route, small: [] as number[], large: [] as number[] },
  }))
  for (let round = -warmUpRounds; round < rounds; round++)
    for (const [place, pair] of pairs.entries())
      for (const size of round % 2 ? (['small', 'large'] as const) : (['large', 'small'] as const)) {
        const taken = await time(pair[size])
        if (round >= 0) measured[place]?.[size].push(taken)
      }
  return measured
}

/** After five calls PostgreSQL decides whether a statement has one plan for all parameters. */
const warmUpRounds = 8

async function time({ url, request }: Call): Promise<number> {
  const startedAt = performance.now()
  const response = await fetch(url, request)
  const body = await response.arrayBuffer()
  const taken = performance.now() - startedAt
  if (response.status >= 400) throw new Error(`${url}: ${response.status} ${Buffer.from(body)}`)
  return taken
}
