import { searchedWords, wordsOf } from '../../contract/search-words.ts'
import type { ListedGuest } from '../../trust/guest-list.ts'

/** The guests of an event in the order of their names, each with the words of its name. */
export type GuestNames = { guest: ListedGuest; words: string }[]

/** Indexes guests by name. Skips erased guests, who have no name, and superseded tickets, whose guests have a newer one. */
export function indexNames(guests: Iterable<ListedGuest>): GuestNames {
  const named = [...guests].filter(({ firstName, lastName, state }) => (firstName || lastName) && state !== 'superseded')
  return named
    .map((guest) => ({ guest, words: ` ${wordsOf(`${guest.lastName ?? ''} ${guest.firstName ?? ''}`).join(' ')}` }))
    .sort((one, other) => (one.words < other.words ? -1 : 1))
}

/** Finds and counts the guests who have, for each word of the query, a name that starts with it. */
export function findNames(names: GuestNames, query: string, limit: number): { found: ListedGuest[]; count: number } {
  const wanted = searchedWords(query).map((word) => ` ${word}`)
  const found = wanted.length > 0 ? names.filter(({ words }) => wanted.every((word) => words.includes(word))) : []
  return { found: found.slice(0, limit).map(({ guest }) => guest), count: found.length }
}
