import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findNames, indexNames } from '../../../functions/pages/door/guest-names.ts'

const guest = (firstName: string, lastName: string, ticketId = 1) =>
  ({ ticketId, digest: String(ticketId), state: 'valid', firstName, lastName }) as const

test('names are found without accents, in any order, by the start of each word', () => {
  const cases: [first: string, last: string, query: string, isFound: boolean][] = [
    ['Amélie', 'Lefèvre', 'lefevre amelie', true],
    ['Amélie', 'Lefèvre', 'AMÉ LEF', true],
    ['Ame\u0301lie', 'Lefèvre', 'amélie', true],
    ['Amélie', 'Lefèvre', 'elie', false],
    ['Amélie', 'Lefèvre', 'amelie dupont', false],
    ['Jean-Luc', "O'Neill", 'oneill luc', true],
    ['Søren', 'Strauß', 'strauss soren', true],
    ['Łukasz', 'Żółć', 'zolc lukasz', true],
    ['مُحَمَّد', 'الأمين', 'محمد', true],
    ['Ирина', 'Кузнецова', 'кузн', true],
    ['Amélie', 'Lefèvre', ' - ', false],
  ]
  for (const [first, last, query, isFound] of cases)
    assert.equal(findNames(indexNames([guest(first, last)]), query, 5).count, isFound ? 1 : 0, `${query} in ${first} ${last}`)
})

test('erased guests and replaced tickets are not found, and the rest comes by name', () => {
  const guests = [
    guest('Zoé', 'Martin', 1),
    guest('Anna', 'Martin', 2),
    { ...guest('Anna', 'Martin', 3), state: 'superseded' as const },
    { ticketId: 4, digest: '4', state: 'valid' as const },
  ]
  const { found, count } = findNames(indexNames(guests), 'martin', 1)
  assert.deepEqual([found.map(({ ticketId }) => ticketId), count], [[2], 2])
})

test('a name among 10,000 is found within a keystroke', () => {
  const many = Array.from({ length: 10_000 }, (_, at) => guest(`Prénom${at % 977}`, `Nom${at % 1213}`, at))
  const names = indexNames([...many, guest('Amélie', 'Lefèvre', 10_001)])
  const began = performance.now()
  for (const query of ['l', 'le', 'lefevre', 'lefevre a', 'lefevre amelie', 'nom1 pre']) findNames(names, query, 20)
  assert.ok((performance.now() - began) / 6 < 50)
  assert.equal(findNames(names, 'lefevre amelie', 20).count, 1)
})
