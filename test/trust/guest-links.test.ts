import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { ForbiddenLinkError, LinkExpiredError, makeGuestLinks } from '../../functions/trust/guest-links.ts'

const links = makeGuestLinks({ secret: Buffer.alloc(32, 7), publicUrl: 'https://tickets.example.com/', lifetimeDays: 2 })
const queryOf = (link: string) => Object.fromEntries(new URL(link).searchParams)

test('a link names its purpose and ticket, and is good until its time', () => {
  const link = links.make('pdf', 789)
  assert.ok(link.startsWith('https://tickets.example.com/pdf/789?'))
  links.check('pdf', 789, queryOf(link))
})

test("another ticket's id, another purpose, another time or no signature is refused", () => {
  const query = queryOf(links.make('pdf', 789))
  assert.throws(() => links.check('pdf', 790, query), ForbiddenLinkError)
  assert.throws(() => links.check('qr', 789, query), ForbiddenLinkError)
  assert.throws(() => links.check('pdf', 789, { ...query, expires: String(Number(query.expires) + 1) }), ForbiddenLinkError)
  assert.throws(() => links.check('pdf', 789, { expires: query.expires }), ForbiddenLinkError)
  assert.throws(() => links.check('pdf', 789, {}), ForbiddenLinkError)
})

test('a signature with any one character changed, added or dropped is refused', () => {
  const { expires, signature = '' } = queryOf(links.make('qr', 1))
  const replacements = [...signature].flatMap((_, at) =>
    ['A', 'B', '_', '='].map((other) => signature.slice(0, at) + other + signature.slice(at + 1)),
  )
  const others = [...replacements.filter((one) => one !== signature), `${signature}=`, `${signature}A`, signature.slice(0, -1)]
  for (const other of others) assert.throws(() => links.check('qr', 1, { expires, signature: other }), ForbiddenLinkError, other)
})

test('an expired link says so', () => {
  mock.timers.enable({ apis: ['Date'], now: 0 })
  const query = queryOf(links.make('pdf', 789))
  mock.timers.setTime(2 * 86_400_000 - 1000)
  links.check('pdf', 789, query)
  mock.timers.setTime(2 * 86_400_000 + 1000)
  assert.throws(() => links.check('pdf', 789, query), LinkExpiredError)
  mock.timers.reset()
})

test('a derived link expires with its original', () => {
  const { expires = '' } = queryOf(links.make('t', 1))
  const soon = String(Number(expires) - 86_400)
  const link = links.make('pdf', 1, soon)
  assert.equal(queryOf(link).expires, soon)
  links.check('pdf', 1, queryOf(link))
})

test('only wallets that are offered have links, and a link names its wallet', () => {
  assert.deepEqual(links.makeWallets(1), { apple: null, google: null })
  const secret = Buffer.alloc(32, 7)
  const offering = makeGuestLinks({ secret, publicUrl: 'https://tickets.example.com', lifetimeDays: 2, wallets: ['google'] })
  const { apple, google } = offering.makeWallets(1)
  assert.equal(apple, null)
  assert.equal(queryOf(google ?? '').type, 'google')
  links.check('wallet', 1, queryOf(google ?? ''))
})
