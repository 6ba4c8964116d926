import { searchedWords, wordsOf } from '../../contract/search-words.ts'
import type { ListedGuest } from '../../trust/guest-list.ts'

/** The guests of an event in the order of their names, with the words to find each by. */
export type GuestNames = { guest: ListedGuest; words: string }[]

/** Prepares guests to be found by name. Erased ones have none, and a superseded ticket has a newer one beside it. */
export function indexNames(guests: Iterable<ListedGuest>): GuestNames {
  const named = [...guests].filter(({ firstName, lastName, state }) => (firstName || lastName) && state !== 'superseded')
  return named
    .map((guest) => ({ guest, words: ` ${wordsOf(`${guest.lastName ?? ''} ${guest.firstName ?? ''}`).join(' ')}` }))
    .sort((one, other) => (one.words < other.words ? -1 : 1))
}

/** Finds and counts the guests with a name that starts with each word of the query, in any order. */
export function findNames(names: GuestNames, query: string, limit: number): { found: ListedGuest[]; count: number } {
  const wanted = searchedWords(query).map((word) => ` ${word}`)
  const found = wanted.length > 0 ? names.filter(({ words }) => wanted.every((word) => words.includes(word))) : []
  return { found: found.slice(0, limit).map(({ guest }) => guest), count: found.length }
}
